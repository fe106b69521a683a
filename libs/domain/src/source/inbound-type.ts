import { inboundWord } from '@postel/contracts';

/** As event types are bounded (event-type.ts). */
const maxTypeLength = 128;
/** More of a provider's own type means nothing. */
const maxReadLength = 512;

/** Whether a type is one of what came in by a source: nobody else publishes these. */
export function isInboundType(type: string): boolean {
  return type.startsWith(`${inboundWord}.`);
}

/**
 * The type of an inbound event: `inbound.<source>.<words of the provider's own type>`. Dots, slashes and colons separate
 * words, what else cannot be in a word becomes `_`, and words that are one too many for 128 characters are left out.
 * @param own the provider's type; without anything that can be read in it, the word is `received`
 */
export function inboundType(sourceName: string, own: string | undefined): string {
  const words = (own ?? '')
    .slice(0, maxReadLength)
    .split(/[./:]+/)
    .map((word) => word.trim().replace(/[^a-zA-Z0-9_]+/g, '_'))
    .filter((word) => /[a-zA-Z0-9]/.test(word));
  let type = `${inboundWord}.${sourceName}`;
  const room = maxTypeLength - type.length - 1;
  const [first = 'received', ...more] = words;
  type += `.${first.slice(0, room)}`;
  for (const word of more) {
    if (type.length + 1 + word.length > maxTypeLength) break;
    type += `.${word}`;
  }
  return type;
}
