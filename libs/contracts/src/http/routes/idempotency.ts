import type { Route } from './route.js';

/** Routes that publish: an event has an id of its own, and the broker knows it again. */
const withIdsOfTheirOwn: ReadonlySet<string> = new Set(['/v1/events', '/v1/events/batch']);

/** Whether a route takes the header `Idempotency-Key`: every POST of a caller with a credential that publishes no event. */
export function takesIdempotencyKey(route: Route): boolean {
  return route.method === 'POST' && !route.public && !withIdsOfTheirOwn.has(route.path);
}
