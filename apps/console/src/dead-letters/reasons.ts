import type { components } from '@postel/client';

type DeadLetter = components['schemas']['DeadLetter'];
export type Reason = DeadLetter['reason'];

export interface ReasonWords {
  readonly label: string;
  /** Why Postel gave up. */
  readonly why: string;
  /** What to do before it is redriven. */
  readonly advice: string;
}

export const reasons: Readonly<Record<Reason, ReasonWords>> = {
  exhausted: {
    label: 'Every attempt failed',
    why: 'The endpoint failed in a way that may pass, and went on doing so until the last attempt of its retry policy.',
    advice: 'See that the receiver works again, then redrive.',
  },
  non_retryable: {
    label: 'Refused by the endpoint',
    why: 'The endpoint answered with a status that another attempt would not change.',
    advice: 'Read the answer of the receiver, mend what it refused, then redrive.',
  },
  gone: {
    label: 'Gone (410)',
    why: 'The endpoint answered 410 Gone, which says that it does not want webhooks any more: it was disabled.',
    advice: 'If that was a mistake, enable the endpoint, then redrive.',
  },
  expired: {
    label: 'Too old',
    why: 'It waited longer than payloads are kept.',
    advice: 'The payload may be gone. Publish the event anew if it is still wanted.',
  },
  endpoint_disabled: {
    label: 'Endpoint disabled',
    why: 'The endpoint was disabled while this was waiting for it.',
    advice: 'Enable the endpoint, then redrive.',
  },
  endpoint_deleted: {
    label: 'Endpoint deleted',
    why: 'The endpoint was deleted while this was waiting for it.',
    advice: 'It cannot be redriven. Replay the event to another endpoint.',
  },
  invalid_event: {
    label: 'Not an event',
    why: 'What was published could not be understood as an event, so that no endpoint was chosen for it.',
    advice: 'Look at its bytes, mend the publisher and publish it anew.',
  },
  poison: {
    label: 'Could not be processed',
    why: 'Postel failed each time it tried to process it, and put it aside so that it holds up nothing else.',
    advice: 'Tell whoever operates Postel; redrive it when that is mended.',
  },
  event_erased: {
    label: 'Event erased',
    why: 'The payload of its event was erased on request.',
    advice: 'There is nothing left to send.',
  },
};

/** What the endpoint did last, in a line. */
export function lastWords({
  lastStatus,
  lastError,
}: Pick<DeadLetter, 'lastStatus' | 'lastError'>): string | null {
  if (lastError) return lastError.message;
  return lastStatus === null ? null : `Answered ${lastStatus}`;
}

/** Bytes of what was no event, as text; what is no UTF-8 is shown as such. */
export function textOf(payload: string): string {
  const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}
