import type { DeliveryFact, LogFact } from '@postel/contracts';

export const about = (eventSeq: number, tenant: string) => ({
  v: 1 as const,
  tenant,
  eventId: `evt_${eventSeq}`,
  eventSeq,
  type: 'order.created',
  acceptedAtMs: Date.now(),
  atMs: Date.now(),
});
export const idOf = (eventSeq: number) => `dlv_${eventSeq}`;

export function fannedOut(eventSeq: number, tenant = 'default'): LogFact {
  const delivery = { deliveryId: idOf(eventSeq), endpointId: 'ep_1', url: 'https://example.com/' };
  return {
    ...about(eventSeq, tenant),
    fact: 'event.fanned_out',
    part: 0,
    deliveries: [{ ...delivery, apiVersion: '2024-01-01' }],
  };
}

export function outcome(fact: DeliveryFact['fact'], eventSeq: number, hop = 1, tenant = 'default'): LogFact {
  return {
    ...about(eventSeq, tenant),
    fact,
    deliveryId: idOf(eventSeq),
    endpointId: 'ep_1',
    hop,
    attemptsMade: hop,
    attemptsBeforeReopen: 0,
    apiVersion: '2024-01-01',
    reason: fact === 'delivery.died' ? 'exhausted' : 'retry',
    dueAtMs: 0,
    lane: 'retry',
  } as unknown as LogFact;
}
