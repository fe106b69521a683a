import { ProblemError, unwrap, type NewEvent, type PostelClient } from '@postel/client';
import { reasonOf } from '../demo-fault.js';
import type { OutgoingEvent } from './outgoing-event.js';
import type { Try } from './send-until-accepted.js';

/** One try at the HTTP door; 202 means on disk. */
export function httpDoor(api: PostelClient): (event: OutgoingEvent) => Promise<Try> {
  return async ({ body }) => {
    try {
      await unwrap(api.POST('/v1/events', { body: JSON.parse(body) as NewEvent }));
      return { kind: 'accepted' };
    } catch (error) {
      return { kind: isRefusal(error) ? 'refused' : 'again', reason: reasonOf(error) };
    }
  };
}

function isRefusal(error: unknown): boolean {
  return error instanceof ProblemError && error.status < 500 && ![408, 429].includes(error.status);
}
