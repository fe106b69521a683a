import { Upkeep } from '@postel/telemetry';
import type { MetricsParts } from '../parts.js';

const everyMs = 3_600_000;
const dayMs = 86_400_000;
/** Longer than a year, so that a yearly review finds all of it. */
const auditDays = 400;

/** Forgets what is past its retention, day by day, once an hour. Any number may run. */
export class KeepRetention {
  private readonly upkeep: Upkeep;

  constructor(private readonly parts: MetricsParts & { readonly retentionDays: number }) {
    const { logger, nowMs } = parts;
    const trouble = 'what is past its retention stays for now';
    this.upkeep = new Upkeep({ everyMs, trouble, logger, nowMs, work: (stopped) => this.forget(stopped) });
  }

  start(): void {
    this.upkeep.start();
  }

  stop(): Promise<void> {
    return this.upkeep.stop();
  }

  private async forget(stopped: AbortSignal): Promise<void> {
    const { database, logger, nowMs, retentionDays } = this.parts;
    const { retention } = database();
    await retention.forgetMinutes(nowMs(), stopped);
    const forgotten = await retention.forgetBefore(nowMs() - retentionDays * dayMs, stopped);
    const auditBeforeMs = nowMs() - Math.max(auditDays, retentionDays) * dayMs;
    const auditEntries = await retention.forgetAuditBefore(auditBeforeMs, stopped);
    const { partitions, deadLetters, jobs } = forgotten;
    if (partitions.length + deadLetters + jobs + auditEntries > 0)
      logger.info({ ...forgotten, auditEntries }, 'past its retention, and gone');
  }
}
