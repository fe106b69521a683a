import type { OutgoingEvent } from './outgoing-event.js';

const types = ['order.created', 'order.updated', 'order.cancelled'] as const;

/**
 * What a shop publishes on NATS, with no knowledge of Postel: the subject is the type, the payload its own JSON. Every
 * fourth comes as an envelope, which is understood as well.
 */
export function orderEvents(run: string, count: number): OutgoingEvent[] {
  return Array.from({ length: count }, (_, index) => {
    const number = index + 1;
    const type = types[index % types.length] as string;
    const objectText = JSON.stringify({
      id: `ord_${run}_${number}`,
      amount: 100 + ((number * 7919) % 50_000),
      currency: 'EUR',
      customer: { id: `cus_${number % 97}`, name: 'Zoë Ångström 🦆' },
      lines: Array.from({ length: 1 + (number % 5) }, (_line, line) => ({
        sku: `sku-${line}`,
        quantity: line + 1,
      })),
    });
    const body = number % 4 === 0 ? `{"data":{"object":${objectText}}}` : objectText;
    return { id: `demo_${run}_order_${number}`, door: 'nats', type, objectText, body, channels: [] };
  });
}
