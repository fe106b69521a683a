import { benchTypes } from '../bench-event.js';
import { receiverPath } from '../receiver/receiver-path.js';
import { createManyEndpoints } from '../stack/many-endpoints.js';
import { receiverOrigin } from '../stack/receiver-origin.js';
import type { BenchContext } from './bench-context.js';

/** Endpoints with an event type each, by the same index. */
export interface Receivers {
  readonly ids: readonly string[];
  readonly types: readonly string[];
}

/**
 * Endpoints that each take an event type of their own and are at an address of their own.
 * @param firstIndex tells those of several calls apart
 */
export async function createReceivers(
  { receiverPort, stack }: Pick<BenchContext, 'receiverPort' | 'stack'>,
  count: number,
  path: (index: number) => string = receiverPath.answering,
  firstIndex = 0,
): Promise<Receivers> {
  const indexes = Array.from({ length: count }, (_, i) => firstIndex + i);
  const types = indexes.map(benchTypes.single);
  const ids = await createManyEndpoints(
    stack,
    indexes.map((index) => ({
      url: receiverOrigin(receiverPort, index) + path(index),
      events: [benchTypes.single(index)],
    })),
  );
  return { ids, types };
}
