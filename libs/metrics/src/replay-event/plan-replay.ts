import type { DeliveryCreated, EndpointState } from '@postel/contracts';
import { channelsMatch, compileFilters, EventView, explainFilter, type AcceptedEvent } from '@postel/domain';
import type { EndpointEntry } from '@postel/jetstream';
import type { ArchivedEvent } from '@postel/postgres';

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
  const view = EventView.of(event.envelope);
  return endpoints
    .map(({ state }) => state)
    .filter(
      ({ status, events, channels, filter }) =>
        status !== 'disabled' &&
        compileFilters(events)(event.type) &&
        channelsMatch(channels, event.channels) &&
        (!filter || explainFilter(filter, view).length === 0),
    );
}

/** A new delivery of an event for each endpoint, behind live traffic. The event keeps its id. */
export function planReplay(
  event: ArchivedEvent,
  endpoints: readonly EndpointState[],
  context: ReplayContext,
): readonly DeliveryCreated[] {
  const { nowMs, actor } = context;
  return endpoints.map((endpoint) => ({
    v: 1,
    fact: 'delivery.created',
    tenant: event.tenant,
    eventId: event.id,
    eventSeq: event.seq,
    type: event.type,
    acceptedAtMs: event.acceptedAtMs,
    atMs: nowMs,
    deliveryId: context.newDeliveryId(),
    endpointId: endpoint.id,
    url: endpoint.url,
    apiVersion: context.versionOf(endpoint),
    // as if the first hop had been deferred: the waiting room puts back the second
    hop: 1,
    attemptsMade: 0,
    attemptsBeforeReopen: 0,
    by: 'replay',
    actor,
    dueAtMs: nowMs,
    lane: 'bulk',
  }));
}
