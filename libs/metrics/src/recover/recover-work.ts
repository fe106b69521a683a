import {
  factPosition,
  maxFactsPerMessage,
  partitionOf,
  type DeliveryCreated,
  type DeliveryReopened,
  type EndpointState,
} from '@postel/contracts';
import type { BulkPacing } from '@postel/jetstream';
import type { Beginning, JobOf, Needs, NextPage, PagedWork } from '@postel/postgres';
import type { MetricsParts } from '../parts.js';
import { RecoverDead } from './recover-dead.js';
import { RecoverEvents, type RecoverEventsParts } from './recover-events.js';
import { TableLevels } from './table-levels.js';

export type RecoverWorkParts = MetricsParts &
  RecoverEventsParts & {
    /** Of all recovers of this process. */
    readonly pacing: BulkPacing;
  };
type Made = DeliveryCreated | DeliveryReopened;

type RecoverJob = JobOf<'recover'>;

/** Deliveries of its endpoint that wait, beyond which a recover makes no more: what it makes goes behind live traffic. */
const maxWaiting = 1_000;
/** More is not counted before. */
const maxCounted = 1_000_000;

/** What a recover does: the dead letters of an endpoint, or events that it should have got, page by page. */
export class RecoverWork implements PagedWork<'recover', Made> {
  readonly kind = 'recover';
  private readonly events: RecoverEvents;
  private readonly dead: RecoverDead;
  private readonly levels: TableLevels;

  constructor(private readonly parts: RecoverWorkParts) {
    this.events = new RecoverEvents(parts);
    this.dead = new RecoverDead(parts);
    this.levels = new TableLevels(parts);
  }

  async begin(job: RecoverJob): Promise<Beginning> {
    if (job.parameters.only === 'failed') return this.beginWithDead(job);
    const upTo = job.parameters.lastEventSeq;
    const waitingFor = await this.levels.awaited(upTo);
    if (waitingFor) return { kind: 'wait', waitingFor };
    // after the fan-out is known to be told: its end of LOG covers it
    const needs = {
      'delivery-log': await this.levels.lastTold(job.tenant),
      'dead-letters': await this.levels.lastTold(job.tenant, 'event.invalid'),
    };
    const total = await this.parts.database().events.count(this.events.rangeOf(job, 0, upTo), maxCounted);
    return { kind: 'begun', cursor: { after: 0, upTo, needs }, total };
  }

  private async beginWithDead(job: RecoverJob): Promise<Beginning> {
    const lastDeath = await this.levels.lastTold(job.tenant, 'delivery.died');
    const upTo = factPosition(lastDeath, maxFactsPerMessage);
    const { deadLetters } = this.parts.database();
    const range = { after: 0, upTo, atMost: maxCounted };
    const total = await deadLetters.countDeliveries(job.tenant, this.dead.selectionOf(job), range);
    return { kind: 'begun', cursor: { after: 0, upTo, needs: { 'dead-letters': lastDeath } }, total };
  }

  async needsNow({ tenant, parameters }: RecoverJob): Promise<Needs> {
    return parameters.only === 'failed'
      ? { 'dead-letters': await this.levels.lastTold(tenant, 'delivery.reopened') }
      : { 'delivery-log': await this.levels.lastTold(tenant) };
  }

  async nextPage(job: RecoverJob, after: number, upTo: number): Promise<NextPage<Made>> {
    const { database, pacing, partitions } = this.parts;
    const { endpointId, only } = job.parameters;
    const endpoint = await this.endpointNow(job);
    if (!endpoint) return { kind: 'failed', error: 'The endpoint was deleted.' };
    if (endpoint.status === 'disabled') return { kind: 'failed', error: 'The endpoint was disabled.' };
    const room = pacing.room();
    if (room === 0) return { kind: 'wait', waitingFor: 'deliveries' };
    const partition = partitionOf(endpointId, partitions);
    const waiting = await database().waiting.countOfEndpoint(endpointId, partition, maxWaiting);
    if (waiting >= maxWaiting) return { kind: 'wait', waitingFor: 'deliveries' };
    const range = { after, upTo, room };
    return only === 'failed'
      ? this.dead.nextPage(job, endpoint, range)
      : this.events.nextPage(job, only, endpoint, range);
  }

  async carryOut({ tenant, parameters }: RecoverJob, made: readonly Made[]): Promise<Needs> {
    const { log, pacing } = this.parts;
    const dueTimes = pacing.dueTimes(made.length);
    await log.append(...made.map((fact, index) => ({ ...fact, dueAtMs: dueTimes[index] ?? fact.dueAtMs })));
    const told = parameters.only === 'failed' ? 'delivery.reopened' : 'delivery.created';
    return { 'waiting-room': await this.levels.lastTold(tenant, told) };
  }

  /** What these tables say may be old: before it ends a job it is looked at again. */
  private async endpointNow(job: RecoverJob): Promise<EndpointState | null> {
    const { tables } = this.parts;
    const known = () => {
      const state = tables.endpoint(job.parameters.endpointId)?.state;
      return state?.tenant === job.tenant ? state : null;
    };
    const state = known();
    if (state && state.status !== 'disabled') return state;
    await tables.reached(await tables.lastSequence());
    return known();
  }
}
