import type { components } from '@postel/client';

type EventType = components['schemas']['EventType'];

export const originWords: Readonly<Record<EventType['origin'], string>> = {
  standard: 'Postel’s standard',
  declared: 'declared',
  discovered: 'seen in an event',
};

/** Each word stands somewhere in the name or the description. */
export function fits(
  { name, description }: Pick<EventType, 'name' | 'description'>,
  search: string,
): boolean {
  const text = `${name} ${description}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
