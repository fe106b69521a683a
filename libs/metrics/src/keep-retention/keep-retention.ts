import type { ConfigTables } from '@postel/jetstream';
import type { Database, Forgotten } from '@postel/postgres';
import { Upkeep } from '@postel/telemetry';
import { setTimeout as delay } from 'node:timers/promises';
import type { MetricsParts } from '../parts.js';
import { policyOf } from './policy-of.js';

const everyMs = 3_600_000;
const untilLevelMs = 60_000;

export interface ForgetParts {
  readonly tables: Pick<ConfigTables, 'table'>;
  readonly retentionDays: number;
  readonly nowMs: () => number;
}

/** Forgets what is past its retention, day by day, once an hour. Any number may run. */
export class KeepRetention {
  private readonly upkeep: Upkeep;

  constructor(private readonly parts: MetricsParts & { readonly retentionDays: number }) {
    const { logger, nowMs } = parts;
    const trouble = 'what is past its retention stays for now';
    this.upkeep = new Upkeep({
      name: 'keep-retention',
      everyMs,
      trouble,
      logger,
      nowMs,
      work: (stopped) => this.forget(stopped),
    });
  }

  start(): void {
    this.upkeep.start();
  }

  stop(): Promise<void> {
    return this.upkeep.stop();
  }

  private async forget(stopped: AbortSignal): Promise<void> {
    const { database, logger } = this.parts;
    await this.untilLevel(stopped);
    if (stopped.aborted) return;
    const forgotten = await forgetOnce(database(), this.parts, stopped);
    const { partitions, rows, payloads, deadLetters, jobs, auditEntries } = forgotten;
    if (partitions.length + rows + payloads + deadLetters + jobs + auditEntries > 0)
      logger.info(forgotten, 'past its retention, and gone');
  }

  /** Tables that lag do not know what is under way, nor what a day still gets. */
  private async untilLevel(stopped: AbortSignal): Promise<void> {
    const { broker, database, nowMs } = this.parts;
    const last = async (stream: 'EVENTS' | 'LOG') => (await broker.jsm.streams.info(stream)).state.last_seq;
    const wanted = { archive: await last('EVENTS'), 'delivery-log': await last('LOG') };
    for (const deadlineMs = nowMs() + untilLevelMs; !stopped.aborted;) {
      const positions = await database().projections.positions();
      if (Object.entries(wanted).every(([name, seq]) => (positions.get(name) ?? 0) >= seq)) return;
      if (nowMs() > deadlineMs) throw new Error('the tables are behind the streams');
      await delay(1_000, undefined, { signal: stopped }).catch(() => undefined); // stopped: no need to wait
    }
  }
}

/** Of tables that are level with the streams. */
export async function forgetOnce(
  database: Pick<Database, 'earlierOf' | 'retention'>,
  { tables, retentionDays, nowMs }: ForgetParts,
  stopped?: AbortSignal,
): Promise<Forgotten> {
  const tenants = [...tables.table('tenant').all()].map(({ state }) => state);
  const atMs = await database.earlierOf(nowMs());
  return database.retention.keep(policyOf(retentionDays, tenants), atMs, stopped);
}
