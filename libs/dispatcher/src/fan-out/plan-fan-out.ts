import {
  eventTypeOfSubject,
  isOperationalEventType,
  natsHeaders,
  operatorTenant,
  type CreatedDelivery,
  type DeliveryDeferred,
  type DeliveryMeta,
  type EventFannedOut,
  type EventInvalid,
  type EventUnmatched,
} from '@postel/contracts';
import {
  deferWithoutAttempt,
  deliveryIdOf,
  eventHeadersOf,
  eventIdOfPosition,
  firstWaitOf,
  isInboundType,
  readNatsEvent,
  EventView,
  type AcceptedEvent,
} from '@postel/domain';
import type { IncomingMessage } from '@postel/jetstream';
import type { RoutedEntry, SubscribedEvent } from './subscriptions.js';
import type { Catalogue } from './catalogue.js';

/** A fan-out wider than this is told in several facts: one fact must fit a message. */
export const maxDeliveriesPerFact = 500;

export type FanOutPlan =
  | { readonly kind: 'refused'; readonly fact: EventInvalid }
  | { readonly kind: 'unmatched'; readonly fact: EventUnmatched }
  | { readonly kind: 'fanned-out'; readonly event: AcceptedEvent; readonly facts: readonly EventFannedOut[] };

export interface FanOutContext {
  readonly nowMs: number;
  /** Of what comes by NATS; ingest has a limit of its own for what it accepts. */
  readonly maxEventBytes: number;
  readonly catalogue: Pick<Catalogue, 'faultOf' | 'versionOf'>;
  tenantExists(tenant: string): boolean;
  /** It belongs to what is erased with its tenant. */
  isErased(tenant: string, storedAtMs: number): boolean;
  match(tenant: string, event: SubscribedEvent): readonly RoutedEntry[];
  endpoint(endpointId: string): RoutedEntry | undefined;
  hasOpenCircuit(endpointId: string): boolean;
}

/** One of them may have named its tenant. */
const badHeaders = { code: 'malformed_request', message: 'The headers of the message cannot be read' };

/**
 * What an event becomes. Pure but for the tables it asks.
 * @param taken its fan-out, where the log knows it already: what the catalogue, the limit or the endpoints say by now does
 * not undo it; empty for what nobody wanted
 */
export function planFanOut(
  message: IncomingMessage,
  context: FanOutContext,
  taken?: readonly EventFannedOut[],
): FanOutPlan {
  const { about, isErased, isUntold, known, tenant } = whoseEvent(message, context);
  // accepted before its tenant was deleted: nobody wants it any more, and the log keeps nothing of that tenant
  if (isErased) {
    const eventId = eventIdOfPosition(message.storedAtMs, message.seq);
    return { kind: 'unmatched', fact: { ...about, fact: 'event.unmatched', eventId } };
  }
  // one that came over HTTP was held to the limit and the catalogue of its moment, and accepted
  const isAccepted = taken !== undefined || message.header(natsHeaders.configSequence) !== undefined;
  const read = readEvent(message, isAccepted ? Infinity : context.maxEventBytes);
  const eventId = read.ok ? read.event.id : read.id;
  if (message.hasBadHeaders) {
    return { kind: 'refused', fact: { ...about, ...badHeaders, fact: 'event.invalid', eventId } };
  }
  if (read.ok && isUntold) return { kind: 'unmatched', fact: { ...about, fact: 'event.unmatched', eventId } };
  if (!read.ok || !known) {
    const reason = read.ok
      ? {
          code: 'tenant_not_found',
          message: 'The header Postel-Tenant names no tenant of ours',
          path: natsHeaders.tenant,
        }
      : { code: read.code, message: read.message, ...(read.path === undefined ? {} : { path: read.path }) };
    return { kind: 'refused', fact: { ...about, ...reason, fact: 'event.invalid', eventId } };
  }
  const { event } = read;
  const fault = isAccepted ? null : (inboundFault(event) ?? context.catalogue.faultOf(tenant, event));
  if (fault) return { kind: 'refused', fact: { ...about, ...fault, fact: 'event.invalid', eventId } };
  if (taken && taken.length > 0) return { kind: 'fanned-out', event, facts: taken };
  const deliveries = targetsOf(message, tenant, event, context).map(({ state }): CreatedDelivery => ({
    deliveryId: deliveryIdOf(event.id, message.seq, state.id),
    endpointId: state.id,
    url: state.url,
    apiVersion: context.catalogue.versionOf(tenant, event.type, state.apiVersion),
  }));
  if (deliveries.length === 0)
    return { kind: 'unmatched', fact: { ...about, fact: 'event.unmatched', eventId } };
  const facts: EventFannedOut[] = [];
  for (let part = 0; part * maxDeliveriesPerFact < deliveries.length; part++) {
    const slice = deliveries.slice(part * maxDeliveriesPerFact, (part + 1) * maxDeliveriesPerFact);
    facts.push({ ...about, fact: 'event.fanned_out', eventId, part, deliveries: slice });
  }
  return { kind: 'fanned-out', event, facts };
}

/** Whose an event is, as far as that is to be known without its payload, and what every fact of it says. */
export function whoseEvent(
  message: IncomingMessage,
  context: Pick<FanOutContext, 'nowMs' | 'tenantExists' | 'isErased'>,
) {
  const tenant = message.header(natsHeaders.tenant) ?? 'default';
  const known = context.tenantExists(tenant);
  const type = eventTypeOfSubject(message.subject);
  const isErased = !known && context.isErased(tenant, message.storedAtMs);
  // nobody has to be the operator; and what the operator is told concerns no other tenant
  const isUntold = !known && tenant === operatorTenant && isOperationalEventType(type);
  const about = {
    v: 1,
    // a fact needs a subject: what names no tenant of ours is told to the default one
    tenant: known || isErased || isUntold ? tenant : 'default',
    eventSeq: message.seq,
    type,
    acceptedAtMs: message.storedAtMs,
    atMs: context.nowMs,
  } as const;
  return { tenant, known, isErased, isUntold, about };
}

/** What a source has sent comes by ingest alone. */
function inboundFault({ type }: AcceptedEvent): Pick<EventInvalid, 'code' | 'message' | 'path'> | null {
  if (!isInboundType(type)) return null;
  const message = 'event types that begin with "inbound." are of what comes in by a source';
  return { code: 'reserved_event_type', message, path: 'type' };
}

/** The first passage of a delivery. */
export function firstHop(
  fact: EventFannedOut,
  created: CreatedDelivery,
  configSequence: number,
): DeliveryMeta {
  return {
    deliveryId: created.deliveryId,
    endpointId: created.endpointId,
    tenant: fact.tenant,
    eventId: fact.eventId,
    eventSeq: fact.eventSeq,
    type: fact.type,
    acceptedAtMs: fact.acceptedAtMs,
    hop: 1,
    attemptsMade: 0,
    attemptsBeforeReopen: 0,
    apiVersion: created.apiVersion,
    configSequence,
  };
}

/**
 * The end of a first hop that needs no message: the delivery waits, until it is its turn or its endpoint takes
 * deliveries again.
 * @returns `null` when it is due now
 */
export function holdBack(
  meta: DeliveryMeta,
  orderingKey: string | undefined,
  context: Pick<FanOutContext, 'endpoint' | 'hasOpenCircuit' | 'nowMs'>,
): DeliveryDeferred | null {
  const { nowMs } = context;
  const state = context.endpoint(meta.endpointId)?.state;
  const hasOpenCircuit = !meta.isByHand && context.hasOpenCircuit(meta.endpointId);
  const reason = state && firstWaitOf(state, orderingKey, hasOpenCircuit);
  if (!reason) return null;
  const held =
    reason === 'ordering' && orderingKey !== undefined ? { ...meta, ordering: { key: orderingKey } } : meta;
  return deferWithoutAttempt({ meta: held, reason, dueAtMs: nowMs, lane: 'retry', nowMs });
}

function readEvent(message: IncomingMessage, maxBytes: number): ReturnType<typeof readNatsEvent> {
  return readNatsEvent({
    subject: message.subject,
    payload: message.payload,
    headers: eventHeadersOf(
      (name) => message.header(name),
      () => message.headers(),
    ),
    seq: message.seq,
    storedAtMs: message.storedAtMs,
    maxBytes,
  });
}

function targetsOf(
  message: IncomingMessage,
  tenant: string,
  event: AcceptedEvent,
  context: FanOutContext,
): readonly RoutedEntry[] {
  const only = message.header(natsHeaders.onlyEndpoint);
  if (only === undefined) return context.match(tenant, subscribedEvent(event));
  const entry = context.endpoint(only);
  return entry && entry.state.tenant === tenant && entry.state.status !== 'disabled' ? [entry] : [];
}

/** Most events meet no filter: what one would look at is made when it does. */
function subscribedEvent({ type, channels, envelope }: AcceptedEvent): SubscribedEvent {
  let view: EventView | undefined;
  return { type, channels, view: () => (view ??= EventView.of(envelope)) };
}
