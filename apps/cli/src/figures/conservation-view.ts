import type { components } from '@postel/client';
import type { Paint } from '../terminal/terminal.js';

type Conservation = components['schemas']['Conservation'];

/** Both equations, as they add up or do not. */
export function conservationLines({ events, deliveries }: Conservation, paint: Paint): string[] {
  const { accepted, fannedOut, unmatched, invalid, awaiting } = events;
  const { created, succeeded, pending, retrying, dead, discarded } = deliveries;
  const judged = (difference: number) =>
    difference === 0 ? paint('green', '✓ adds up') : paint('red', `✗ difference ${difference}`);
  return [
    `events      ${accepted} accepted = ${fannedOut} fanned out + ${unmatched} unmatched + ${invalid} invalid + ${awaiting} awaiting  ${judged(events.difference)}`,
    `deliveries  ${created} created = ${succeeded} succeeded + ${pending} pending + ${retrying} retrying + ${dead} dead + ${discarded} discarded  ${judged(deliveries.difference)}`,
    ...events.lost.map(
      ({ position, type, id }) => `  lost: position ${position} of EVENTS, ${type} ${id ?? ''}`,
    ),
    ...deliveries.missingIds.map((id) => `  missing: ${id}`),
  ];
}
