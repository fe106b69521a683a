import type { DeliveryFact, EventFannedOut, LogFact } from '@postel/contracts';
import type { IncomingMessage } from '@postel/jetstream';

const eventPart = {
  v: 1 as const,
  tenant: 'default',
  eventId: 'evt_1',
  eventSeq: 1,
  type: 'order.created',
  acceptedAtMs: 1_000,
  atMs: 1_000,
};

/** An event of these deliveries. */
export function fannedOut(...deliveryIds: readonly string[]): EventFannedOut {
  const deliveries = deliveryIds.map((deliveryId) => ({
    deliveryId,
    endpointId: 'ep_1',
    url: 'https://example.com/',
    apiVersion: '2024-01-01' as const,
  }));
  return { ...eventPart, fact: 'event.fanned_out', deliveries, part: 0 };
}

/** As much of it as folding ahead looks at. */
export function outcome(fact: DeliveryFact['fact'], deliveryId: string): LogFact {
  return { ...eventPart, fact, deliveryId, endpointId: 'ep_1', hop: 1 } as unknown as LogFact;
}

/** A message of LOG. */
export function message(seq: number, storedAtMs: number, ...facts: readonly LogFact[]): IncomingMessage {
  return {
    subject: '',
    payload: Buffer.from(JSON.stringify(facts.map((fact) => ({ ...fact, atMs: storedAtMs })))),
    seq,
    storedAtMs,
    deliveryCount: 1,
    isAgain: false,
    behind: 0,
    header: () => undefined,
    headers: () => ({}),
  };
}
