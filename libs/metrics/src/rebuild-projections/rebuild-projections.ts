import { factPosition, projectionStreams, type ProjectionName } from '@postel/contracts';
import type { Broker, ConfigTables } from '@postel/jetstream';
import type { Database, StreamReach, TableRebuild } from '@postel/postgres';
import { setTimeout as delay } from 'node:timers/promises';

/** One that reads EVENTS or LOG. */
type RebuiltProjection = Exclude<ProjectionName, 'audit-config'>;

/** What writes the tables; the same that runs in the services. */
export interface Follower {
  start(): void;
  stop(): Promise<void>;
}

export interface RebuildParts {
  readonly broker: Broker;
  readonly tables: ConfigTables;
  /** The live one. */
  readonly database: Database;
  readonly rebuild: TableRebuild;
  /** Projections onto that database; each says when it has read all that there is. */
  readonly followers: (database: Database, onLevel: (name: RebuiltProjection) => void) => readonly Follower[];
  /** Forgets in the new tables what was forgotten in the old ones. */
  readonly forget: (database: Database) => Promise<void>;
  readonly names: readonly RebuiltProjection[];
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RebuildProgress) => void;
}

export type RebuildProgress =
  | { readonly at: 'copying'; readonly rows: number }
  | { readonly at: 'reading'; readonly positions: readonly FollowedTo[] }
  | { readonly at: 'swapping' };

export interface FollowedTo {
  readonly name: RebuiltProjection;
  readonly position: number;
  readonly last: number;
}

export type RebuildResult =
  | { readonly ok: true; readonly rows: Readonly<Record<string, number>>; readonly copied: number }
  /** `stopped`: nothing has changed. `other_streams`: the tables know of more than the streams hold. */
  | { readonly ok: false; readonly reason: 'stopped' | 'other_streams' };

const lookEveryMs = 500;

/**
 * Makes the tables anew from the streams, beside the live ones, and puts them in their place. Services go on meanwhile.
 * Until the swap nothing of the live tables is touched; what dies before leaves only a schema that the next run drops.
 *
 *   empty ──▶ older rows copied ──▶ streams read to their ends ──▶ swapped ──▶ the services read on
 */
export async function rebuildProjections(parts: RebuildParts): Promise<RebuildResult> {
  const { database, names, onProgress, rebuild, signal } = parts;
  const lastSeqs = await lastPositions(parts);
  const live = await database.projections.positions();
  if (names.some((name) => (live.get(name) ?? 0) > lastSeqs[streamOf(name)]))
    return { ok: false, reason: 'other_streams' };
  const copied = await rebuild.copyOlder(await reachOf(parts), (rows) => onProgress({ at: 'copying', rows }));
  await readToTheEnds(parts);
  if (signal.aborted) return { ok: false, reason: 'stopped' };
  await parts.forget(rebuild.database);
  const rows = await rebuild.finish();
  onProgress({ at: 'swapping' });
  await rebuild.swap();
  await eraseDeleted(parts);
  return { ok: true, rows, copied };
}

async function readToTheEnds(parts: RebuildParts): Promise<void> {
  const { followers, names, onProgress, rebuild, signal } = parts;
  const unfinished = new Set(names);
  const running = followers(rebuild.database, (name) => unfinished.delete(name));
  for (const follower of running) follower.start();
  try {
    while (unfinished.size > 0 && !signal.aborted) {
      await delay(lookEveryMs, undefined, { signal }).catch(() => undefined); // stopped: no need to wait
      const last = await lastPositions(parts);
      const positions = await rebuild.database.projections.positions();
      const positionOf = (name: RebuiltProjection) => positions.get(name) ?? 0;
      onProgress({
        at: 'reading',
        positions: names.map((name) => ({ name, position: positionOf(name), last: last[streamOf(name)] })),
      });
    }
  } finally {
    await Promise.all(running.map((follower) => follower.stop()));
  }
}

/** A tenant that was deleted meanwhile may have been erased from the old tables before it came into the new ones. */
async function eraseDeleted({ database, tables }: RebuildParts): Promise<void> {
  for (const { tenant } of tables.deletedTenants.all()) {
    for (let more = -1; more !== 0;) more = await database.tenantRows.eraseSome(tenant);
  }
}

function streamOf(name: RebuiltProjection): 'EVENTS' | 'LOG' {
  return projectionStreams[name][0];
}

async function lastPositions({ broker }: RebuildParts): Promise<{ EVENTS: number; LOG: number }> {
  const [events, log] = await Promise.all([
    broker.jsm.streams.info('EVENTS'),
    broker.jsm.streams.info('LOG'),
  ]);
  return { EVENTS: events.state.last_seq, LOG: log.state.last_seq };
}

async function reachOf({ broker }: RebuildParts): Promise<StreamReach> {
  const [events, log] = await Promise.all([
    broker.jsm.streams.info('EVENTS'),
    broker.jsm.streams.info('LOG'),
  ]);
  return { EVENTS: events.state.first_seq, LOG: factPosition(log.state.first_seq, 0) };
}
