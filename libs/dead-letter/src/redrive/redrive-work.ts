import { logSubject, type RedriveParameters } from '@postel/contracts';
import { lastSequenceOf, type BulkPacing } from '@postel/jetstream';
import type {
  Beginning,
  DeadLetterSelection,
  JobOf,
  Needs,
  NextPage,
  PagedDeadDelivery,
  PagedWork,
} from '@postel/postgres';
import { lastChangeOf } from '../after-changes.js';
import type { DeadLetterParts } from '../parts.js';
import { inOrder, reopenDelivery } from './reopen-delivery.js';

type RedriveJob = JobOf<'redrive'>;

/** More is not counted before. */
const maxCounted = 1_000_000;

export function selectionOf(parameters: RedriveParameters): DeadLetterSelection {
  const { reason, endpointId, eventId, type, sinceMs, untilMs } = parameters;
  return { reason, endpointId, eventId, type, sinceMs, untilMs };
}

export type RedriveWorkParts = Pick<DeadLetterParts, 'broker' | 'database' | 'tables' | 'log' | 'nowMs'> & {
  /** Of all redrives of this process. */
  readonly pacing: BulkPacing;
};

/**
 * What a redrive does of more dead letters than one request should take: the same, page by page, as fast as live
 * deliveries do not wait longer for it.
 */
export class RedriveWork implements PagedWork<'redrive', PagedDeadDelivery> {
  readonly kind = 'redrive';

  constructor(private readonly parts: RedriveWorkParts) {}

  async begin({ tenant, parameters }: RedriveJob): Promise<Beginning> {
    const after = parameters.afterLogSeq;
    const upTo = Number.MAX_SAFE_INTEGER; // the time bounds it: what dies again is not redriven for ever
    const total = await this.parts
      .database()
      .deadLetters.countDeliveries(tenant, selectionOf(parameters), { after, upTo, atMost: maxCounted });
    return { kind: 'begun', cursor: { after, upTo, needs: {} }, total };
  }

  async needsNow({ tenant }: RedriveJob): Promise<Needs> {
    return { 'dead-letters': await lastChangeOf(tenant, this.parts.broker) };
  }

  async nextPage(
    { tenant, parameters }: RedriveJob,
    after: number,
    upTo: number,
  ): Promise<NextPage<PagedDeadDelivery>> {
    const { deadLetters, erasedEvents } = this.parts.database();
    const room = this.parts.pacing.room();
    if (room === 0) return { kind: 'wait', waitingFor: 'deliveries' };
    const range = { after, upTo, limit: room };
    const dead = await deadLetters.deliveriesAfter(tenant, selectionOf(parameters), range);
    const erased = await erasedEvents.among(dead.map(({ eventSeq }) => eventSeq));
    const effects = inOrder(
      dead.filter((delivery) => !erased.has(delivery.eventSeq) && this.mayGo(delivery)),
    );
    const last = dead.at(-1);
    const isLast = dead.length < room || last === undefined;
    return {
      kind: 'page',
      effects,
      upTo: isLast ? upTo : last.logSeq,
      looked: dead.length,
      failed: dead.length - effects.length,
      isLast,
    };
  }

  async carryOut({ id, tenant, parameters }: RedriveJob, dead: readonly PagedDeadDelivery[]): Promise<Needs> {
    const command = { by: 'redrive', actor: parameters.actor, request: id } as const;
    const dueTimes = this.parts.pacing.dueTimes(dead.length);
    const reopen = (delivery: PagedDeadDelivery, index: number) =>
      reopenDelivery(delivery, { ...command, dueAtMs: dueTimes[index] }, this.parts);
    await Promise.all(dead.map(reopen));
    // no faster than the waiting room takes it
    return {
      'waiting-room': await lastSequenceOf(this.parts.broker, 'LOG', logSubject(tenant, 'delivery.reopened')),
    };
  }

  /** Those whose endpoint is away now stay dead letters. */
  private mayGo({ endpointId, tenant }: PagedDeadDelivery): boolean {
    const state = this.parts.tables.endpoint(endpointId)?.state;
    return state?.tenant === tenant && state.status === 'active';
  }
}
