import type { Meters } from '@postel/telemetry';

/** Good events that are refused all the same: an alert looks at these. */
const ourFaults = ['broker_unavailable', 'internal_error'];

/** The first of a series that was not there is no increase, and no alert sees it. */
export function countFromZero(
  { eventsAccepted, eventsRejected }: Pick<Meters, 'eventsAccepted' | 'eventsRejected'>,
  door: 'http' | 'inbound',
): void {
  eventsAccepted.inc({ door }, 0);
  for (const code of ourFaults) eventsRejected.inc({ door, code }, 0);
}
