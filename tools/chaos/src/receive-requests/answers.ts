import type { EndpointName } from '../endpoint-names.js';
import { parseEventId } from '../publish-events/event-kinds.js';
import { Random } from '../random.js';

export interface PlannedAnswer {
  readonly status: number;
  readonly delayMs: number;
}

/** The same request is always answered alike: what an event is stands in its id. */
export function answerTo(request: {
  readonly endpoint: EndpointName;
  readonly eventId: string;
  readonly attempt: number;
  readonly seed: number;
}): PlannedAnswer {
  const { endpoint, eventId, attempt, seed } = request;
  const event = parseEventId(eventId);
  switch (endpoint) {
    case 'good':
      return { status: 200, delayMs: 0 };
    case 'slow':
      return { status: 200, delayMs: new Random(seed, `${eventId}/${attempt}`).between(0, 200) };
    case 'flaky':
      return { status: attempt === 1 && event && event.number % 3 === 0 ? 503 : 200, delayMs: 0 };
    case 'mixed':
      if (event?.kind === 'doomed') return { status: 503, delayMs: 0 };
      return { status: event?.kind === 'refused' ? 422 : 200, delayMs: 0 };
    case 'ordered': {
      const chance = new Random(seed, eventId).next();
      // long enough for two at once to be seen
      const delayMs = new Random(seed, `${eventId}/${attempt}`).between(5, 40);
      if (event?.kind === 'dropped') return { status: chance < 0.5 ? 422 : 503, delayMs };
      return { status: attempt === 1 && chance < 0.25 ? 503 : 200, delayMs };
    }
  }
}
