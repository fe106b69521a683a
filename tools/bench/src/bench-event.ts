/** Events of exactly this many bytes, as a producer sends them. */
export const eventBytes = 600;

/** Stands before the number of an event, in whatever envelope it comes. */
export const numberMark = '"benchNumber":"';
export const numberDigits = 8;
/** From here on nothing is expected: events that are only there to be a load. */
export const uncountedFrom = 90_000_000;

/** Types that no endpoint of the benchmark takes, one endpoint each, and ten endpoints each. */
export const benchTypes = {
  unmatched: 'payment.bench',
  single: (endpoint: number) => `order.bench${endpoint}`,
  fanOut: (group: number) => `shipment.bench${group}`,
} as const;

/** The `number`th event, of {@link eventBytes} bytes: the JSON that both doors take. */
export function benchEvent(type: string, number: number): string {
  const digits = String(number).padStart(numberDigits, '0');
  const head = `{"type":"${type}","data":{"object":{${numberMark}${digits}","amount":9999,"currency":"EUR","note":"`;
  const tail = '"}}}';
  return head + 'x'.repeat(eventBytes - head.length - tail.length) + tail;
}
