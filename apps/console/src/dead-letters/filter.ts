import { sinceOf } from '../parts/since.js';
import { reasons, type Reason } from './reasons.js';

/** As they stand in the address. */
export const filterNames = ['reason', 'endpointId', 'type', 'since', 'eventId'] as const;
export type AddressFilters = Readonly<Partial<Record<(typeof filterNames)[number], string>>>;

export interface DeadLetterFilter {
  readonly reason?: Reason;
  readonly endpointId?: string;
  readonly eventId?: string;
  readonly type?: string;
  readonly since?: string;
}

/** What the API is asked for; what somebody wrote into the address and is none of its words is left out. */
export function filterOf(
  { reason, since, endpointId, eventId, type }: AddressFilters,
  nowMs: number,
): DeadLetterFilter {
  const from = sinceOf(since, nowMs);
  return {
    ...(reason !== undefined && Object.hasOwn(reasons, reason) ? { reason: reason as Reason } : {}),
    ...(endpointId === undefined ? {} : { endpointId }),
    ...(eventId === undefined ? {} : { eventId }),
    ...(type === undefined ? {} : { type }),
    ...(from === undefined ? {} : { since: from }),
  };
}
