import { lastSequenceOf } from '@postel/jetstream';
import { untilReached } from '@postel/postgres';
import type { MetricsParts } from '../parts.js';

/**
 * What the archive has of an event, also of one that was accepted a moment ago: whoever was answered 202 may give orders
 * about it. @param look `null`: it is not there
 */
export async function onceArchived<Found>(
  { broker, database }: Pick<MetricsParts, 'broker' | 'database'>,
  look: () => Promise<Found | null>,
): Promise<Found | null> {
  const found = await look();
  if (found !== null) return found;
  await untilReached(database().projections, 'archive', await lastSequenceOf(broker, 'EVENTS', '>'));
  return look();
}
