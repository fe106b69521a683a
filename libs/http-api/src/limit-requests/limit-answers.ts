import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ServerResponse } from 'node:http';
import { RefusalError } from '../refusal-error.js';
import { routeOf } from '../who-may-call.js';
import { Places, type PlacesOptions } from './places.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What is done for it also when its client has gone meanwhile: until then it keeps its place. */
    heldUntil: Promise<void> | null;
  }
  interface FastifyContextConfig {
    /** Of a public route that takes large bodies: the tenant whose room they take, `undefined` for one that there is not. */
    readonly bodiesOf?: (request: FastifyRequest) => string | undefined;
  }
}

export interface LimitAnswersOptions {
  /** What goes for all but what publishes events. */
  readonly requests: PlacesOptions;
  /** For the bodies of events, in bytes. */
  readonly bodies: PlacesOptions;
}

/** In this process, of a tenant's keys, of its portal tokens, and of the operator who acts for it. */
const line = { maxWaiting: 256, patienceMs: 10_000 };
const defaults: LimitAnswersOptions = {
  requests: { ...line, room: 16 },
  bodies: { ...line, room: 64 * 1024 * 1024 },
};
/** What is no larger costs hardly more than its connection. */
const smallBodyBytes = 16 * 1024;

/**
 * So many requests of a tenant are answered at once; the others wait in line. An answer is under way until its client
 * has taken it: one that does not read has its own tenant's places, and no more memory than those. Who publishes events
 * gets small answers, and may send many at once; there, bodies count by their length, from before they are read, and those
 * that anybody may send count apart. What goes on (live, an export) is counted by whoever serves it.
 */
export function limitAnswers(fastify: FastifyInstance, options = defaults): void {
  const requests = new Places(options.requests);
  const bodies = new Places(options.bodies);
  fastify.decorateRequest('heldUntil', null);
  fastify.addHook('onRequest', (request, reply, next) => {
    const place = placeFor(request);
    if (!place) return next();
    // its client has gone while its credential was looked at
    if (reply.raw.destroyed) return;
    const places = place.of === 'bodies' ? bodies : requests;
    const leave = places.enter(place.key, place.weight, (hasPlace) =>
      next(hasPlace ? undefined : new RefusalError({ code: 'too_many_requests', detail: tooMany }, 1)),
    );
    reply.raw.once('close', () => {
      if (request.heldUntil) void request.heldUntil.then(leave);
      else leave();
    });
  });
}

interface PlaceFor {
  readonly of: 'requests' | 'bodies';
  readonly key: string;
  readonly weight: number;
}

/** @returns `undefined` for what needs none */
function placeFor(request: FastifyRequest): PlaceFor | undefined {
  const { principal, routeOptions } = request;
  const tenant = routeOptions.config.bodiesOf?.(request);
  if (tenant !== undefined) return placeForBody(request, `public ${tenant}`);
  const route = routeOf(request);
  if (!principal || route?.lines || route?.messages) return undefined;
  const key = `${principal.kind} ${principal.tenant}`;
  return route?.rate === 'events' ? placeForBody(request, key) : { of: 'requests', key, weight: 1 };
}

function placeForBody(request: FastifyRequest, key: string): PlaceFor | undefined {
  const weight = bodyBytes(request);
  return weight <= smallBodyBytes ? undefined : { of: 'bodies', key, weight };
}

const tooMany = 'Too many requests of this tenant are under way.';

/** What it says, or else as much as its route takes. */
function bodyBytes({ headers, routeOptions }: FastifyRequest): number {
  const length = headers['content-length'];
  const most = routeOptions.bodyLimit ?? 0;
  return length === undefined ? most : Math.min(Number(length), most);
}

/**
 * Ends the connection of a client that takes nothing of its answer for so long; one that takes little by little goes on.
 * Node looks whether the system took anything of what it was given, not whether there was a new write.
 */
export function endUnread(response: ServerResponse, patienceMs: number): void {
  response.setTimeout(patienceMs, () => {
    const { socket } = response;
    // without anything to take, it is not the client who is slow
    if (socket && socket.writableLength > 0) socket.destroy();
    else socket?.setTimeout(patienceMs);
  });
}
