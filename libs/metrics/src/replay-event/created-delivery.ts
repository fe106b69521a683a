import type { DeliveryCreated, EndpointState } from '@postel/contracts';

export interface CreatedEvent {
  readonly tenant: string;
  readonly id: string;
  readonly seq: number;
  readonly type: string;
  readonly acceptedAtMs: number;
}

export interface Creation {
  readonly deliveryId: string;
  readonly apiVersion: DeliveryCreated['apiVersion'];
  readonly by: DeliveryCreated['by'];
  readonly actor: string;
  readonly nowMs: number;
}

/** A delivery of an event that was fanned out before, behind live traffic. The event keeps its id. */
export function createdDelivery(
  event: CreatedEvent,
  endpoint: Pick<EndpointState, 'id' | 'url'>,
  { deliveryId, apiVersion, by, actor, nowMs }: Creation,
): DeliveryCreated {
  return {
    v: 1,
    fact: 'delivery.created',
    tenant: event.tenant,
    eventId: event.id,
    eventSeq: event.seq,
    type: event.type,
    acceptedAtMs: event.acceptedAtMs,
    atMs: nowMs,
    deliveryId,
    endpointId: endpoint.id,
    url: endpoint.url,
    apiVersion,
    // as if the first hop had been deferred: the waiting room puts back the second
    hop: 1,
    attemptsMade: 0,
    attemptsBeforeReopen: 0,
    by,
    actor,
    dueAtMs: nowMs,
    lane: 'bulk',
  };
}
