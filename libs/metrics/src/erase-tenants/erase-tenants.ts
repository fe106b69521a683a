import {
  configKinds,
  configOfTenantAndKindFilter,
  configSubject,
  idempotencyOfTenantFilter,
  logOfTenantFilter,
  type TenantFact,
} from '@postel/contracts';
import type { DeletedTenant } from '@postel/jetstream';
import type { JobClaim, JobOf } from '@postel/postgres';
import { componentLogger, Upkeep } from '@postel/telemetry';
import { setTimeout as delay } from 'node:timers/promises';
import type { MetricsParts } from '../parts.js';

export interface EraseTenantsParts extends MetricsParts {
  /** Of this process, unlike any other's. */
  readonly owner: string;
}

const lookEveryMs = 500;
/** Rounds in a row that find nothing more, a second apart: by then nobody has anything of the tenant in work. */
const quietRounds = 3;
const roundEveryMs = 1_000;

/**
 * Erases what deleted tenants had. The tombstone in CONFIG is the order to do so, and stays one until all is done: a
 * process that dies, or a database that is away, only delays it. Each step may be repeated.
 *
 *   tombstone ──▶ CONFIG, LOG and tables, round by round, until nothing more comes ──▶ `tenant.erased`: the name is free
 */
export class EraseTenants {
  private readonly upkeep: Upkeep;

  constructor(private readonly parts: EraseTenantsParts) {
    const { logger, nowMs } = parts;
    const trouble = 'deleted tenants are not erased for now';
    const work = (stopped: AbortSignal) => this.work(stopped);
    this.upkeep = new Upkeep({ name: 'erase-tenants', everyMs: lookEveryMs, trouble, logger, nowMs, work });
  }

  start(): void {
    this.upkeep.start();
  }

  stop(): Promise<void> {
    return this.upkeep.stop();
  }

  private async work(stopped: AbortSignal): Promise<void> {
    const { database, owner, tables } = this.parts;
    const toErase = tables.deletedTenants.toErase();
    if (toErase.length === 0) return;
    const { jobs } = database();
    for (const { jobId, tenant, deletedAtMs } of toErase)
      await jobs.create({
        id: jobId,
        tenant,
        kind: 'tenant_erasure',
        parameters: {},
        createdAtMs: deletedAtMs,
      });
    const job = await jobs.claim('tenant_erasure', owner);
    if (!job) return;
    const claim = { jobId: job.id, owner };
    try {
      await this.erase(job, claim, stopped);
    } catch (error) {
      // its lease ends by itself when this cannot be told either
      await jobs
        .release(claim, { error: 'It could not go on, and is tried again.', afterMs: 1_000 })
        .catch(() => undefined);
      throw error;
    }
  }

  private async erase(
    { id, tenant, done: doneBefore }: JobOf<'tenant_erasure'>,
    claim: JobClaim,
    stopped: AbortSignal,
  ): Promise<void> {
    const { database, logger, tables } = this.parts;
    const deleted = tables.deletedTenants.get(tenant);
    if (deleted?.jobId === id) {
      const rows = database().tenantRows;
      const total = doneBefore + (await rows.count(tenant));
      let done = doneBefore;
      for (let quiet = 0; quiet < quietRounds;) {
        const erased = await this.eraseRound(tenant, deleted, stopped, async (more) => {
          done += more;
          if (!(await database().jobs.report(claim, { done, total: Math.max(done, total) })))
            throw new Error(`the job ${id} is in other hands`);
        });
        quiet = erased === 0 ? quiet + 1 : 0;
        await delay(roundEveryMs, undefined, { signal: stopped }).catch(() => undefined); // stopped: no need to wait
        if (stopped.aborted) return database().jobs.release(claim, { afterMs: 1_000 });
      }
      await rows.eraseStrays(tenant);
      await this.giveNameFree(tenant, deleted);
    }
    await database().jobs.end(claim, 'succeeded', null);
    componentLogger(logger, 'jobs').info({ tenant, jobId: id }, 'tenant erased');
  }

  /** @returns how much there was */
  private async eraseRound(
    tenant: string,
    { revision }: DeletedTenant,
    stopped: AbortSignal,
    report: (rows: number) => Promise<void>,
  ): Promise<number> {
    const { database } = this.parts;
    let erased = await this.purge('CONFIG', configSubject('tenant', tenant, tenant), revision);
    for (const kind of configKinds) {
      if (kind !== 'tenant') erased += await this.purge('CONFIG', configOfTenantAndKindFilter(kind, tenant));
    }
    erased += await this.purge('LOG', logOfTenantFilter(tenant));
    erased += await this.purge('IDEMPOTENCY', idempotencyOfTenantFilter(tenant));
    for (let more = -1; more !== 0 && !stopped.aborted;) {
      more = await database().tenantRows.eraseSome(tenant);
      erased += more;
      await report(more);
    }
    return erased;
  }

  /** @param before only what has a lower position */
  private async purge(
    stream: 'CONFIG' | 'LOG' | 'IDEMPOTENCY',
    filter: string,
    before?: number,
  ): Promise<number> {
    const options = before === undefined ? { filter } : { filter, seq: before };
    return (await this.parts.broker.jsm.streams.purge(stream, options)).purged;
  }

  private async giveNameFree(tenant: string, { revision }: DeletedTenant): Promise<void> {
    const { nowMs, tables, writer } = this.parts;
    const fact: TenantFact = { v: 1, fact: 'tenant.erased', actor: 'metrics', atMs: nowMs(), state: null };
    const appended = await writer.append('tenant', tenant, tenant, fact, revision);
    // refused: it was told before, and the answer lost
    if (appended.ok) await tables.reached(appended.seq);
  }
}
