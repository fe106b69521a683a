import { disableGoneConsumer, dispatcherConsumer, projectionStreams } from '@postel/contracts';
import { consumedUpTo, durablesOf, firstSequenceSince } from '@postel/jetstream';
import { Upkeep } from '@postel/telemetry';
import type { MetricsParts } from '../parts.js';
import { keepFrom, type DurableState } from './keep-from.js';

export interface PurgeStreamsParts extends MetricsParts {
  readonly retentionDays: number;
  /** How old a note must be before it is acted upon (10 minutes). */
  readonly ripeAfterMs?: number;
}

const everyMs = 60_000;
const dayMs = 86_400_000;
const defaultRipeAfterMs = 600_000;
const streams = ['EVENTS', 'LOG'] as const;
type Purged = (typeof streams)[number];

const neededDurables: Readonly<Record<Purged, readonly string[]>> = {
  EVENTS: [dispatcherConsumer.durable],
  LOG: [disableGoneConsumer.durable],
};

/**
 * The janitor of EVENTS and LOG: what is past its retention goes, as soon as every durable and every projection has read
 * it. What that was is noted, and purged some minutes later (ADR 27); without the database, nothing is. Any number may
 * run.
 */
export class PurgeStreams {
  private readonly upkeep: Upkeep;
  /** Positions of parts that this version does not have, of which it was told. */
  private readonly strangers = new Set<string>();

  constructor(private readonly parts: PurgeStreamsParts) {
    const { logger, nowMs } = parts;
    const trouble = 'EVENTS and LOG are not purged for now';
    this.upkeep = new Upkeep({
      name: 'purge-streams',
      everyMs,
      trouble,
      logger,
      nowMs,
      work: async (stopped) => {
        for (const stream of streams) if (!stopped.aborted) await this.purge(stream);
      },
    });
  }

  start(): void {
    this.upkeep.start();
  }

  stop(): Promise<void> {
    return this.upkeep.stop();
  }

  /** @returns how many messages went */
  async purge(stream: Purged): Promise<number> {
    const { broker, database, logger, nowMs, retentionDays, ripeAfterMs } = this.parts;
    const { state } = await broker.jsm.streams.info(stream);
    const { projections, purgeNotes } = database();
    const positions = await projections.positions();
    const sinceMs = (await database().earlierOf(nowMs())) - retentionDays * dayMs;
    const below = keepFrom({
      lastSeq: state.last_seq,
      firstRetainedSeq: await firstSequenceSince(broker, stream, sinceMs),
      consumers: await this.durables(stream),
      neededDurables: neededDurables[stream],
      positions,
      neededPositions: this.followers(stream, positions),
    });
    const noted = await purgeNotes.note(stream, below, ripeAfterMs ?? defaultRipeAfterMs);
    // the lower one: a position may have gone back since it was noted, and a stream may have been made anew
    const keepFromSeq = Math.min(noted ?? 0, below);
    if (keepFromSeq <= state.first_seq) return 0;
    const { purged } = await broker.jsm.streams.purge(stream, { seq: keepFromSeq });
    logger.debug({ stream, purged, keepFromSeq }, 'past its retention, and purged');
    return purged;
  }

  /** Those that were made by followers read from positions of their own. */
  private async durables(stream: Purged): Promise<DurableState[]> {
    const { broker } = this.parts;
    const durables = (await durablesOf(broker, stream)).map(async (info) => ({
      name: info.name,
      consumedUpTo: await consumedUpTo(broker, info),
    }));
    return Promise.all(durables);
  }

  /** A position of another version's, of which this one does not know the stream, counts for each. */
  private followers(stream: Purged, positions: ReadonlyMap<string, number>): string[] {
    const known: Readonly<Record<string, readonly string[]>> = projectionStreams;
    const strangers = [...positions.keys()].filter((name) => !Object.hasOwn(known, name));
    for (const name of strangers) {
      if (this.strangers.has(name)) continue;
      this.strangers.add(name);
      this.parts.logger.warn({ projection: name }, 'unknown, so nothing is purged that it may not have read');
    }
    const ours = Object.keys(known).filter((name) => known[name]?.includes(stream));
    return [...ours, ...strangers];
  }
}
