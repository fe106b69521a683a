import type { JobCursor, JobKind, JobPageCounts, JobWait } from '@postel/contracts';
import type { ProjectionStore } from '../projection/projection-store.js';
import type { JobStore } from './job-store.js';
import type { JobClaim, JobOf, JobProgress } from './job.js';

/** Positions in LOG that projections must have reached, by their names. */
export type Needs = Readonly<Record<string, number>>;

export type Beginning =
  | { readonly kind: 'wait'; readonly waitingFor: JobWait }
  | {
      readonly kind: 'begun';
      readonly cursor: Required<Pick<JobCursor, 'after' | 'upTo' | 'needs'>>;
      /** Asked for when the tables are level. */
      readonly total: number | null;
    };

export type NextPage<Effect> =
  | { readonly kind: 'wait'; readonly waitingFor: JobWait }
  | { readonly kind: 'failed'; readonly error: string }
  | {
      readonly kind: 'page';
      readonly effects: readonly Effect[];
      /** All at or below is looked at. */
      readonly upTo: number;
      readonly looked: number;
      readonly failed: number;
      readonly isLast: boolean;
    };

/** What a kind of job does. Each part may be repeated, by any process. */
export interface PagedWork<Kind extends JobKind, Effect> {
  readonly kind: Kind;
  begin(job: JobOf<Kind>): Promise<Beginning>;
  /** What the tables must have seen to know all that was appended so far. */
  needsNow(job: JobOf<Kind>): Promise<Needs>;
  /** Decides by the tables; what was made already is not among the effects. */
  nextPage(job: JobOf<Kind>, after: number, upTo: number): Promise<NextPage<Effect>>;
  /** Appends to LOG. @returns what must be reached before the next page */
  carryOut(job: JobOf<Kind>, effects: readonly Effect[]): Promise<Needs>;
}

/** How a job stands after its turn, for whoever tells it. */
export interface JobTurn {
  readonly jobId: string;
  readonly tenant: string;
  readonly job: JobKind;
  readonly state: 'succeeded' | 'failed' | 'waits' | 'goes on';
  readonly waitingFor?: JobWait;
  readonly error?: string;
  readonly done: number;
  readonly total: number | null;
  readonly failed: number;
  readonly deliveries: number;
}

export interface PageJobsParts<Kind extends JobKind, Effect> {
  readonly jobs: JobStore;
  readonly projections: Pick<ProjectionStore, 'positions'>;
  readonly work: PagedWork<Kind, Effect>;
  /** Of this process, unlike any other's. */
  readonly owner: string;
  readonly nowMs: () => number;
  readonly onTurn?: (turn: JobTurn) => void;
}

/** Then another job has its turn. */
const turnMs = 2_000;
/** What the tables wait for is soon there; what deliveries wait for is not. */
const lookAgainAfterMs = (waitingFor: JobWait) => (waitingFor === 'deliveries' ? 500 : 250);

/** It was paused, erased, or is in other hands. */
class OutOfHand extends Error {}

/**
 * Gives every job that can be claimed a turn. What a page appends is announced before, in the job's row, by whoever holds
 * it; so a page after which nothing was stored (a crash, a pause) is looked at again, once the tables know what it may
 * have appended, and only what is not there is made.
 *
 *   begun ──(tables are level)──▶ page ──announced──▶ appended ──stored──▶ page … ──▶ succeeded
 *                                  ▲                     ╰──crash──▶ tables are level ──╮
 *                                  ╰────────────────────────────────────────────────────╯
 */
export async function pageJobs<Kind extends JobKind, Effect>(
  parts: PageJobsParts<Kind, Effect>,
  stopped: AbortSignal,
): Promise<void> {
  const { jobs, work, owner } = parts;
  let failure: unknown;
  while (!stopped.aborted) {
    const job = await jobs.claim(work.kind, owner);
    if (!job) break;
    const claim = { jobId: job.id, owner };
    try {
      await new Turn(parts, claim, job).run(stopped);
    } catch (error) {
      if (error instanceof OutOfHand) continue;
      failure = error;
      // its lease ends by itself when this cannot be told either
      const told = { error: 'It could not go on, and is tried again.', afterMs: 1_000 };
      await jobs.release(claim, told).catch(() => undefined);
    }
  }
  if (failure !== undefined) throw failure;
}

class Turn<Kind extends JobKind, Effect> {
  private cursor: JobCursor | null;
  private progress: JobProgress;
  private readonly endsAtMs: number;

  constructor(
    private readonly parts: PageJobsParts<Kind, Effect>,
    private readonly claim: JobClaim,
    private readonly job: JobOf<Kind>,
  ) {
    this.cursor = job.cursor;
    const { done, total, failed, deliveries } = job;
    this.progress = { done, total, failed, deliveries };
    this.endsAtMs = parts.nowMs() + turnMs;
  }

  async run(stopped: AbortSignal): Promise<void> {
    for (;;) {
      const waitingFor = await this.step();
      if (waitingFor === 'ended') return;
      if (waitingFor) return this.release(lookAgainAfterMs(waitingFor), waitingFor);
      if (stopped.aborted || this.parts.nowMs() > this.endsAtMs) return this.release(0);
    }
  }

  /** @returns `null` to go on */
  private async step(): Promise<JobWait | 'ended' | null> {
    const { work } = this.parts;
    const cursor = this.cursor ?? (await this.begin());
    if (typeof cursor === 'string') return cursor;
    const needs = cursor.needs ?? (cursor.intent ? await work.needsNow(this.job) : {});
    if (!(await this.reached(needs))) {
      if (!cursor.needs) await this.save({ ...cursor, needs }, this.progress);
      return 'tables';
    }
    const page = await work.nextPage(this.job, cursor.after, cursor.intent?.upTo ?? cursor.upTo);
    if (page.kind === 'wait') return page.waitingFor;
    if (page.kind === 'failed') return this.end('failed', page.error);
    await this.carryOut(cursor, page);
    const isRepetition = cursor.intent !== undefined && cursor.intent.upTo < cursor.upTo;
    return page.isLast && !isRepetition ? this.end('succeeded', null) : null;
  }

  private async begin(): Promise<JobCursor | JobWait> {
    const begun = await this.parts.work.begin(this.job);
    if (begun.kind === 'wait') return begun.waitingFor;
    await this.save(begun.cursor, { ...this.progress, total: begun.total });
    return begun.cursor;
  }

  private async carryOut(
    { after, upTo, intent }: JobCursor,
    page: Extract<NextPage<Effect>, { kind: 'page' }>,
  ): Promise<void> {
    const { work } = this.parts;
    // of a page that was begun before, part of what it was to make is there already: it counts as it was announced
    const counts: JobPageCounts =
      intent?.upTo === page.upTo
        ? intent
        : { looked: page.looked, deliveries: page.effects.length, failed: page.failed };
    const isNothing = page.effects.length === 0;
    if (!isNothing) await this.save({ after, upTo, intent: { ...counts, upTo: page.upTo } }, this.progress);
    const needs = isNothing ? undefined : await work.carryOut(this.job, page.effects);
    const { done, failed, deliveries } = this.progress;
    await this.save(
      { after: page.upTo, upTo, ...(needs ? { needs } : {}) },
      {
        ...this.progress,
        done: done + counts.looked,
        failed: failed + counts.failed,
        deliveries: deliveries + counts.deliveries,
      },
    );
  }

  private async reached(needs: Needs): Promise<boolean> {
    const names = Object.keys(needs);
    if (names.length === 0) return true;
    const positions = await this.parts.projections.positions();
    return names.every((name) => (positions.get(name) ?? 0) >= (needs[name] as number));
  }

  private async save(cursor: JobCursor, progress: JobProgress): Promise<void> {
    if (!(await this.parts.jobs.save(this.claim, cursor, progress))) throw new OutOfHand();
    this.cursor = cursor;
    this.progress = progress;
  }

  private async end(state: 'succeeded' | 'failed', error: string | null): Promise<'ended'> {
    await this.parts.jobs.end(this.claim, state, error);
    this.tell({ state, ...(error === null ? {} : { error }) });
    return 'ended';
  }

  private async release(afterMs: number, waitingFor?: JobWait): Promise<void> {
    await this.parts.jobs.release(this.claim, { afterMs, ...(waitingFor ? { waitingFor } : {}) });
    this.tell(waitingFor ? { state: 'waits', waitingFor } : { state: 'goes on' });
  }

  private tell(how: Pick<JobTurn, 'state' | 'waitingFor' | 'error'>): void {
    const { id: jobId, tenant } = this.job;
    this.parts.onTurn?.({ jobId, tenant, job: this.parts.work.kind, ...how, ...this.progress });
  }
}
