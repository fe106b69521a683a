import type { EndpointState } from '@postel/contracts';
import { channelsMatch, compileFilters, EventView, explainFilter } from '@postel/domain';

export interface WantedHead {
  readonly type: string;
  readonly channels: readonly string[];
}

/** Whether an endpoint's `events` and `channels`, as they are now, take such events. */
export function wantsHead({ events, channels }: Pick<EndpointState, 'events' | 'channels'>) {
  const takesType = compileFilters(events);
  return (event: WantedHead): boolean => takesType(event.type) && channelsMatch(channels, event.channels);
}

/** Whether its `filter` takes this event. */
export function wantsBody({ filter }: Pick<EndpointState, 'filter'>, envelope: Uint8Array): boolean {
  return !filter || explainFilter(filter, EventView.of(envelope)).length === 0;
}
