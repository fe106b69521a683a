import type { z } from 'zod';

/**
 * Which credentials a route takes: the admin token (A), a tenant's API key (K), a portal token (P). The guard reads it
 * here, and so does the OpenAPI document.
 */
export type Credentials = 'A' | 'AK' | 'AKP';

interface RouteOf {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** OpenAPI's form: `/v1/events/{id}`. */
  readonly path: string;
  readonly service: 'ingest' | 'metrics' | 'dead-letter';
  readonly summary: string;
  readonly body?: z.ZodType;
  /** Bodies of other content types. */
  readonly otherBodies?: Readonly<Record<string, z.ZodType>>;
  readonly query?: z.ZodObject;
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
  /** Of each line of an answer 200 that is lines of JSON (application/x-ndjson). */
  readonly lines?: z.ZodType;
  /** Of an answer 200 that goes on (text/event-stream): the data of its messages, by their `event`. */
  readonly messages?: Readonly<Record<string, z.ZodType>>;
  /** `events`: the producers' way in, which has a limit of its own. All else counts as management of a credential. */
  readonly rate?: 'events';
  /** Beyond what every route of its kind may answer: 400, 401, 403, 404, 429, 503, with a body 413, 415, 422. */
  readonly problems?: readonly number[];
}

export type Route = RouteOf &
  ({ readonly public: true } | { readonly public?: never; readonly who: Credentials });
