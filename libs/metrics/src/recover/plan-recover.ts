import type { DeliveryCreated, EndpointState, RecoverParameters } from '@postel/contracts';
import { deliveryIdOf, deliveryIdOfJob } from '@postel/domain';
import type { EndpointHas, EventHead, PlannedDelivery } from '@postel/postgres';
import { createdDelivery } from '../replay-event/created-delivery.js';
import { wantsHead } from '../replay-event/wants-event.js';

type Only = Exclude<RecoverParameters['only'], 'failed'>;

/**
 * Events that this endpoint would get now, as far as can be told without their payloads; those of which it is known
 * that nobody can get them are left out.
 */
export function wantedHeads(endpoint: EndpointState, heads: readonly EventHead[]): readonly EventHead[] {
  const wants = wantsHead(endpoint);
  return heads.filter((head) =>
    head.onlyEndpoint === null ? head.valid && wants(head) : head.valid && head.onlyEndpoint === endpoint.id,
  );
}

/**
 * The delivery that would be made of each event. A missing one has the id that its fan-out would have given it: so
 * however many jobs find it missing, it is one. One more of an event is the job's own.
 */
export function plannedDeliveries(
  jobId: string,
  only: Only,
  endpointId: string,
  heads: readonly EventHead[],
): readonly PlannedDelivery[] {
  return heads.map(({ id, seq, acceptedAtMs }) => ({
    eventId: id,
    eventSeq: seq,
    acceptedAtMs,
    deliveryId:
      only === 'missing' ? deliveryIdOf(id, seq, endpointId) : deliveryIdOfJob(jobId, id, seq, endpointId),
  }));
}

/** Whether it is made, by what the endpoint has of the event. */
export function isToBeMade(only: Only, has: EndpointHas | undefined): boolean {
  if (!has) return true;
  return only === 'all' && !has.planned && !has.open;
}

export interface RecoverContext {
  readonly tenant: string;
  readonly actor: string;
  readonly jobId: string;
  readonly nowMs: number;
  versionOf(type: string): DeliveryCreated['apiVersion'];
}

export function recoveredDelivery(
  { eventId, eventSeq, acceptedAtMs, deliveryId }: PlannedDelivery,
  type: string,
  endpoint: EndpointState,
  context: RecoverContext,
): DeliveryCreated {
  const { tenant, actor, jobId, nowMs } = context;
  const event = { tenant, id: eventId, seq: eventSeq, type, acceptedAtMs };
  const created = createdDelivery(event, endpoint, {
    deliveryId,
    apiVersion: context.versionOf(type),
    by: 'recover',
    actor,
    nowMs,
  });
  return { ...created, request: jobId };
}
