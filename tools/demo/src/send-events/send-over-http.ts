import { isPassing, problemOf, type Api } from '../call-api/api.js';
import { reasonOf } from '../demo-fault.js';
import type { OutgoingEvent } from './outgoing-event.js';
import type { Try } from './send-until-accepted.js';

/** One try at the HTTP door; 202 means on disk. */
export function httpDoor(api: Api): (event: OutgoingEvent) => Promise<Try> {
  return async ({ body }) => {
    try {
      const answer = await api.call('POST', '/v1/events', body);
      if (answer.status === 202) return { kind: 'accepted' };
      return { kind: isPassing(answer.status) ? 'again' : 'refused', reason: problemOf(answer) };
    } catch (error) {
      return { kind: 'again', reason: reasonOf(error) };
    }
  };
}
