import { hash } from 'node:crypto';

/**
 * The id of the delivery of one event to one endpoint: the same each time, so that a repeated fan-out makes no second.
 * @param eventSeq position of the event in EVENTS
 * @returns `dlv_` and 24 characters: eight of the position, so that ids are in the order of events and new rows lie
 * together in every index, and 96 bits of SHA-256 in base64url
 */
export function deliveryIdOf(eventId: string, eventSeq: number, endpointId: string): string {
  return idOf(eventSeq, `${eventSeq}\n${eventId}\n${endpointId}`);
}

/** The id of one more delivery of an event, by a job: the same when the job goes on after a crash. */
export function deliveryIdOfJob(
  jobId: string,
  eventId: string,
  eventSeq: number,
  endpointId: string,
): string {
  return idOf(eventSeq, `${eventSeq}\n${eventId}\n${endpointId}\n${jobId}`);
}

function idOf(eventSeq: number, source: string): string {
  const position = eventSeq.toString(36).padStart(8, '0');
  return `dlv_${position}${hash('sha256', source, 'base64url').slice(0, 16)}`;
}
