import type { DeliveryCreated, EndpointState } from '@postel/contracts';
import type { AcceptedEvent } from '@postel/domain';
import type { EndpointEntry } from '@postel/jetstream';
import type { ArchivedEvent } from '@postel/postgres';
import { createdDelivery } from './created-delivery.js';
import { wantsBody, wantsHead } from './wants-event.js';

export interface ReplayContext {
  readonly nowMs: number;
  readonly actor: string;
  newDeliveryId(): string;
  versionOf(endpoint: EndpointState): DeliveryCreated['apiVersion'];
}

/** The endpoints that an event would reach if it were accepted now. Paused ones too: what is made for them waits. */
export function matchingNow(
  event: AcceptedEvent,
  endpoints: readonly EndpointEntry[],
): readonly EndpointState[] {
  return endpoints
    .map(({ state }) => state)
    .filter(
      (endpoint) =>
        endpoint.status !== 'disabled' && wantsHead(endpoint)(event) && wantsBody(endpoint, event.envelope),
    );
}

/** A new delivery of an event for each endpoint. */
export function planReplay(
  event: ArchivedEvent,
  endpoints: readonly EndpointState[],
  context: ReplayContext,
): readonly DeliveryCreated[] {
  const { nowMs, actor } = context;
  return endpoints.map((endpoint) =>
    createdDelivery(event, endpoint, {
      deliveryId: context.newDeliveryId(),
      apiVersion: context.versionOf(endpoint),
      by: 'replay',
      actor,
      nowMs,
    }),
  );
}
