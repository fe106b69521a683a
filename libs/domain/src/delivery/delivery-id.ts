import { hash } from 'node:crypto';

/**
 * The id of the delivery of one event to one endpoint: the same each time, so that a repeated fan-out makes no second.
 * @param eventSeq position of the event in EVENTS
 * @returns `dlv_` and 24 characters of base64url (144 bits of SHA-256)
 */
export function deliveryIdOf(eventId: string, eventSeq: number, endpointId: string): string {
  return idOf(`${eventSeq}\n${eventId}\n${endpointId}`);
}

/** The id of one more delivery of an event, by a job: the same when the job goes on after a crash. */
export function deliveryIdOfJob(
  jobId: string,
  eventId: string,
  eventSeq: number,
  endpointId: string,
): string {
  return idOf(`${eventSeq}\n${eventId}\n${endpointId}\n${jobId}`);
}

function idOf(source: string): string {
  return `dlv_${hash('sha256', source, 'base64url').slice(0, 24)}`;
}
