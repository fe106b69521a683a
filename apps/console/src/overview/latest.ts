import type { components } from '@postel/client';

export type Delivery = components['schemas']['Delivery'];

/**
 * What was listed, and what was told live since: the newest first. What was told is newer than any list, for tables lag
 * behind the log.
 */
export function withTold(
  listed: readonly Delivery[],
  told: ReadonlyMap<string, Delivery>,
  max: number,
): readonly Delivery[] {
  const rows = new Map(listed.map((delivery) => [delivery.id, delivery]));
  for (const [id, delivery] of told) rows.set(id, delivery);
  return [...rows.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt)).slice(0, max);
}
