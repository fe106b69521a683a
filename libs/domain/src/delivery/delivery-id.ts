import { hash } from 'node:crypto';

/**
 * The id of the delivery of one event to one endpoint: the same each time, so that a repeated fan-out makes no second.
 * @param eventSeq position of the event in EVENTS
 * @returns `dlv_` and 24 characters of base64url (144 bits of SHA-256)
 */
export function deliveryIdOf(eventId: string, eventSeq: number, endpointId: string): string {
  const digest = hash('sha256', `${eventSeq}\n${eventId}\n${endpointId}`, 'base64url');
  return `dlv_${digest.slice(0, 24)}`;
}
