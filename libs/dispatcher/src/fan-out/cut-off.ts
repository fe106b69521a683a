import type {
  DeliveryDied,
  DeliveryMeta,
  EventFannedOut,
  EventInvalid,
  EventUnmatched,
} from '@postel/contracts';
import { dieWithoutAttempt, eventIdOfPosition } from '@postel/domain';
import { inTrace, type IncomingMessage } from '@postel/jetstream';
import type { EarlierFanOut } from './earlier-fan-outs.js';
import { whoseEvent, type FanOutContext } from './plan-fan-out.js';

/**
 * An event handed out this often has failed each time, by a fault of ours, or has brought its worker down; it is cut off.
 * What only waits for the broker is not handed out anew, and so never counts.
 */
export const poisonAfter = 20;

/** How an event ends that is cut off. */
export type CutOff = EventInvalid | EventUnmatched | DeliveryDied;

/** Of an event that was never fanned out: it ends as a dead letter of its tenant. */
export function cutOffEvent(
  message: IncomingMessage,
  context: Pick<FanOutContext, 'nowMs' | 'tenantExists' | 'isErased'>,
  traceparent: string | undefined,
): EventInvalid | EventUnmatched {
  const { about, isErased } = whoseEvent(message, context);
  const eventId = eventIdOfPosition(message.storedAtMs, message.seq);
  if (isErased) return { ...about, fact: 'event.unmatched', eventId };
  const text = `It could not be fanned out, ${poisonAfter} times`;
  const fact = 'event.invalid';
  return inTrace({ ...about, fact, eventId, code: 'internal_error', message: text }, traceparent);
}

/**
 * Of an event whose fan-out is stored: what the log calls a delivery must end as one, and each of which no first hop has
 * ended ends as a dead letter of its endpoint. Its message may be under way all the same; then its success counts.
 */
export function endUnfinished(
  { facts, ended }: EarlierFanOut,
  firstHops: (fact: EventFannedOut) => readonly DeliveryMeta[],
  nowMs: number,
): readonly DeliveryDied[] {
  return facts
    .flatMap((fact) => firstHops(fact))
    .filter(({ deliveryId }) => !ended.has(deliveryId))
    .map((meta) => inTrace(dieWithoutAttempt(meta, 'poison', nowMs), meta.traceparent));
}
