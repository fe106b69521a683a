import { factNames, type LogFact } from '@postel/contracts';

/**
 * The facts of one message of LOG: one alone, or an array of them. The checker reads for itself and not by Postel's
 * own reader, so that a fault of that one is seen.
 * @returns what it does not know is left out
 */
export function factsOfMessage(bytes: Uint8Array): LogFact[] {
  const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
  return (Array.isArray(value) ? value : [value]).filter(isFact);
}

function isFact(value: unknown): value is LogFact {
  if (typeof value !== 'object' || value === null || !('fact' in value)) return false;
  return factNames.some((name) => name === value.fact);
}
