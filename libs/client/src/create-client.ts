import createFetchClient, { type Client } from 'openapi-fetch';
import { answersOfPostel } from './answers-of-postel.js';
import { unwrap } from './problem-error.js';
import { randomId } from './random-id.js';
import { retryingFetch } from './retrying-fetch.js';
import type { components, paths } from './schema.js';

export interface ClientOptions {
  /** Of the API, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** The admin token, an API key `pk_…`, or a portal token. */
  readonly token: string;
  /** With the admin token: for which tenant; `default` when absent. */
  readonly tenant?: string;
  /** Tries after the first for what may pass; 3 when absent. */
  readonly retries?: number;
  /** Of each try; 30,000 when absent. */
  readonly timeoutMs?: number;
  /** Ends whatever is under way, waits between tries included. */
  readonly signal?: AbortSignal;
  readonly fetch?: (request: Request) => Promise<Response>;
}

export type NewEvent = components['schemas']['PublishEvent'];
export type PublishedEvent = components['schemas']['PublishedEvent'];
export type PublishedBatch = components['schemas']['PublishedBatch'];

/** Every route of the API by method and path, typed; and the two ways to publish. */
export interface PostelClient extends Client<paths> {
  /**
   * Publishes an event. It is given an id when it has none, so that a repeated try makes no second event.
   * @throws {ProblemError}
   */
  publish(event: NewEvent): Promise<PublishedEvent>;
  /** Up to 1,000 events; each is accepted or rejected by itself. @throws {ProblemError} */
  publishBatch(events: readonly NewEvent[]): Promise<PublishedBatch>;
}

/**
 * A client that repeats what may pass, without doing anything twice. Its calls answer `{ data, error, response }`;
 * {@link unwrap} makes data or an exception of that.
 */
export function createClient(options: ClientOptions): PostelClient {
  const { url, token, tenant, retries = 3, timeoutMs = 30_000 } = options;
  const send = options.fetch ?? ((request) => fetch(request));
  const client = createFetchClient<paths>({
    baseUrl: url.replace(/\/+$/, ''),
    headers: {
      authorization: `Bearer ${token}`,
      ...(tenant === undefined ? {} : { 'postel-tenant': tenant }),
    },
    // followed, a POST may become a GET, whose answer would be taken for that of the POST
    redirect: 'manual',
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    fetch: retryingFetch({ retries, timeoutMs, fetch: send }),
  });
  client.use(answersOfPostel);
  return Object.assign(client, {
    publish: (event: NewEvent) => unwrap(client.POST('/v1/events', { body: withId(event) })),
    publishBatch: (events: readonly NewEvent[]) =>
      unwrap(client.POST('/v1/events/batch', { body: { events: events.map(withId) } })),
  });
}

function withId(event: NewEvent): NewEvent {
  return event.id === undefined ? { ...event, id: `evt_${randomId()}` } : event;
}
