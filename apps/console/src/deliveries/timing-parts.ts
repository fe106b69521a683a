export interface TimingPart {
  readonly name: string;
  readonly lengthMs: number;
  readonly colour: string;
}

/** In their order. `firstByteMs` is from sending to the first byte of the answer. */
const known = [
  ['dnsMs', 'DNS', 'var(--mantine-color-grape-5)'],
  ['connectMs', 'Connect', 'var(--mantine-color-orange-5)'],
  ['tlsMs', 'TLS', 'var(--mantine-color-yellow-6)'],
  ['firstByteMs', 'Waiting for the answer', 'var(--mantine-color-accent-5)'],
] as const;

/** What is left when all parts that were measured are taken away is the reading of the answer, or the wait for none. */
export function timingParts(timing: Readonly<Record<string, number>>, durationMs: number): TimingPart[] {
  const parts = known.flatMap(([key, name, colour]) => {
    const lengthMs = timing[key];
    return lengthMs === undefined ? [] : [{ name, lengthMs, colour }];
  });
  const restMs = durationMs - parts.reduce((sum, { lengthMs }) => sum + lengthMs, 0);
  const name = timing['firstByteMs'] === undefined ? 'Without an answer' : 'Reading it';
  if (restMs < 0.05) return parts;
  return [...parts, { name, lengthMs: restMs, colour: 'var(--mantine-color-gray-5)' }];
}
