import type { DeliveryCreated, EndpointState, RecoverParameters } from '@postel/contracts';
import { apiVersionFor } from '@postel/domain';
import type { EventHead, EventRange, JobOf, NextPage, PlannedDelivery } from '@postel/postgres';
import { acceptedEventOf } from '../archive-events/archived-event.js';
import type { MetricsParts } from '../parts.js';
import { wantsBody } from '../replay-event/wants-event.js';
import { isToBeMade, plannedDeliveries, recoveredDelivery, wantedHeads } from './plan-recover.js';

export type RecoverEventsParts = Pick<MetricsParts, 'database' | 'tables' | 'nowMs'> & {
  readonly retentionDays: number;
};

export interface PageRange {
  readonly after: number;
  readonly upTo: number;
  /** Deliveries that may be made. */
  readonly room: number;
}

/** Events that a page looks at: of many there may be nothing to make. */
const pageSize = { least: 100, most: 500, perRoom: 2 };
const dayMs = 86_400_000;
/** Beside the retention: of events that are about to go, their deliveries may be gone already. */
const retentionMarginMs = 600_000;
/** Payloads that are in memory at once. */
const payloadsAtOnce = 32;

/** The events of a recover, as far as the archive keeps them: those that are missing, or all, as new deliveries. */
export class RecoverEvents {
  constructor(private readonly parts: RecoverEventsParts) {}

  rangeOf(job: JobOf<'recover'>, after: number, upTo: number): EventRange {
    const { nowMs, retentionDays, tables } = this.parts;
    const own = tables.table('tenant').get(job.tenant, job.tenant)?.state.retention?.rowDays;
    const keptSinceMs = nowMs() - (own ?? retentionDays) * dayMs + retentionMarginMs;
    const { sinceMs, untilMs } = job.parameters;
    return { tenant: job.tenant, after, upTo, sinceMs: Math.max(sinceMs, keptSinceMs), untilMs };
  }

  async nextPage(
    job: JobOf<'recover'>,
    only: Exclude<RecoverParameters['only'], 'failed'>,
    endpoint: EndpointState,
    { after, upTo, room }: PageRange,
  ): Promise<NextPage<DeliveryCreated>> {
    const { events, deliveries, deadLetters } = this.parts.database();
    const limit = Math.min(Math.max(room * pageSize.perRoom, pageSize.least), pageSize.most);
    const heads = await events.heads(this.rangeOf(job, after, upTo), limit);
    const wanted = await this.withBodies(endpoint, wantedHeads(endpoint, heads));
    const planned = plannedDeliveries(job.id, only, endpoint.id, wanted);
    const has = await deliveries.ofEndpoint(job.tenant, endpoint.id, planned);
    const missing = planned.filter(({ eventSeq }) => isToBeMade(only, has.get(eventSeq)));
    const toMake = missing.slice(0, room);
    const refused = await deadLetters.notUnderstood(toMake.map(({ eventSeq }) => eventSeq));
    const isFull = toMake.length < missing.length;
    const isLast = !isFull && heads.length < limit;
    const lastSeq = (isFull ? toMake.at(-1)?.eventSeq : heads.at(-1)?.seq) ?? after;
    const made = toMake.filter(({ eventSeq }) => !refused.has(eventSeq));
    return {
      kind: 'page',
      effects: this.factsOf(job, endpoint, made, wanted),
      upTo: isLast ? upTo : lastSeq,
      looked: isFull ? heads.filter(({ seq }) => seq <= lastSeq).length : heads.length,
      failed: refused.size,
      isLast,
    };
  }

  /** What its filter takes; without one no payload is read. */
  private async withBodies(
    endpoint: EndpointState,
    heads: readonly EventHead[],
  ): Promise<readonly EventHead[]> {
    if (!endpoint.filter) return heads;
    const taken: EventHead[] = [];
    for (let start = 0; start < heads.length; start += payloadsAtOnce) {
      const slice = heads.slice(start, start + payloadsAtOnce);
      const stored = await this.parts.database().events.payloads(slice);
      for (const head of slice) {
        const { seq, acceptedAtMs, onlyEndpoint } = head;
        const found = stored.get(seq);
        const event = found && acceptedEventOf(found.type, found.payload, found.headers, seq, acceptedAtMs);
        if (event && (onlyEndpoint !== null || wantsBody(endpoint, event.envelope))) taken.push(head);
      }
    }
    return taken;
  }

  private factsOf(
    { id: jobId, tenant, parameters: { actor } }: JobOf<'recover'>,
    endpoint: EndpointState,
    planned: readonly PlannedDelivery[],
    heads: readonly EventHead[],
  ): readonly DeliveryCreated[] {
    const types = new Map(heads.map(({ seq, type }) => [seq, type]));
    const catalogue = this.parts.tables.table('event-type');
    const context = {
      tenant,
      actor,
      jobId,
      nowMs: this.parts.nowMs(),
      versionOf: (type: string) => apiVersionFor(catalogue.get(tenant, type), endpoint.apiVersion),
    };
    return planned.map((delivery) =>
      recoveredDelivery(delivery, types.get(delivery.eventSeq) ?? '', endpoint, context),
    );
  }
}
