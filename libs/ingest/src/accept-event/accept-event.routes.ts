import { problemOf, type Problem } from '@postel/contracts';
import { cloudEventModeOf, topLevelItems, topLevelMembers } from '@postel/domain';
import { principalOf, RefusalError, refuse, traceparentFrom } from '@postel/http-api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { IngestParts } from '../parts.js';
import { refusalOf, type AcceptContext, type AcceptEvent, type PublishedEvent } from './accept-event.js';
import { countUnread } from './count-unread.js';

const maxBatchEvents = 1_000;
const maxBatchBytes = 8 * 1024 * 1024;
/** So long a batch may hold up other requests at a time. */
const maxTurnMs = 20;

/**
 * The routes that carry the load, on fastify itself: Nest's pipeline costs twice what the rest of the request does
 * (measured). They read raw bytes, so that `data` reaches the receiver as it came.
 */
export function registerAcceptEvent(
  fastify: FastifyInstance,
  acceptEvent: AcceptEvent,
  { maxEventBytes, meters }: Pick<IngestParts, 'maxEventBytes' | 'meters'>,
): void {
  void fastify.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, parsed) =>
      parsed(null, body),
    );
    scope.addContentTypeParser(
      /^application\/[\w.!#$&^-]+\+json/i,
      { parseAs: 'buffer' },
      readCloudEventBody,
    );
    // the envelope that we add is small; a body a little over the limit gets the exact answer from the reader
    scope.post(
      '/v1/events',
      { bodyLimit: maxEventBytes + 1_024, config: { counted: true }, onError: countUnread(meters, 'http') },
      async (request, reply) => {
        const [body, context] = [rawBody(request), contextOf(request)];
        const mode = cloudEventModeOf((name) => request.headers[name]);
        const event = await (mode === null
          ? acceptEvent.accept(body, context)
          : acceptEvent.acceptCloudEvent(body, mode === 'binary' ? headersOf(request) : null, context));
        return reply.code(202).send(event);
      },
    );
    scope.post(
      '/v1/events/batch',
      { bodyLimit: maxBatchBytes, config: { counted: true } },
      async (request, reply) => {
        const context = contextOf(request);
        // attributes in headers belong to one event
        if (cloudEventModeOf((name) => request.headers[name]) !== null)
          refuse('unsupported_media_type', batchTypes);
        const accept = isCloudEventBatch(request)
          ? (text: string) => acceptEvent.acceptCloudEventText(text, context)
          : (text: string) => acceptEvent.acceptText(text, context);
        return reply.code(202).send(await acceptBatch(itemsOf(rawBody(request)), accept));
      },
    );
    done();
  });
}

const batchTypes = 'A batch is application/json, or application/cloudevents-batch+json.';
const cloudEventBatch = /^application\/cloudevents-batch\+json\s*(;|$)/i;

function isCloudEventBatch({ headers }: FastifyRequest): boolean {
  return cloudEventBatch.test(headers['content-type'] ?? '');
}

/** Other types that end in +json are the data of a CloudEvent in binary mode, or nothing that we take. */
function readCloudEventBody(
  request: FastifyRequest,
  body: Buffer,
  parsed: (error: Error | null, body?: Buffer) => void,
): void {
  const isBatchRoute = request.routeOptions.url === '/v1/events/batch';
  const isTaken = isBatchRoute
    ? isCloudEventBatch(request)
    : !isCloudEventBatch(request) && cloudEventModeOf((name) => request.headers[name]) !== null;
  if (isTaken) parsed(null, body);
  else
    parsed(
      new RefusalError({ code: 'unsupported_media_type', ...(isBatchRoute ? { detail: batchTypes } : {}) }),
    );
}

async function acceptBatch(
  items: readonly string[],
  accept: (text: string) => Promise<PublishedEvent>,
): Promise<object> {
  const acceptItem = async (text: string, index: number) => {
    try {
      return { index, published: await accept(text) };
    } catch (error) {
      const refusal = refusalOf(error);
      if (!refusal) throw error;
      return { index, problem: problemOf(refusal.refusal) };
    }
  };
  const results = await Promise.all(await begun(items, acceptItem));
  const accepted: { index: number; id: string; duplicate: boolean }[] = [];
  const rejected: { index: number; problem: Problem }[] = [];
  for (const { index, published, problem } of results) {
    if (published) accepted.push({ index, id: published.id, duplicate: published.duplicate });
    else if (problem) rejected.push({ index, problem });
  }
  // a producer that looks at the status alone must not believe that anything was taken
  if (accepted.length === 0 && rejected.some(({ problem }) => problem.code === 'broker_unavailable')) {
    throw new RefusalError({ code: 'broker_unavailable', detail: 'Nothing was accepted: send it again.' }, 1);
  }
  return { accepted, rejected };
}

/**
 * All of them in their order and mostly at once, since what is begun in one turn of the event loop is published
 * together. Where reading and checking them takes long, others have their turns in between.
 */
async function begun<T>(
  items: readonly string[],
  begin: (item: string, index: number) => Promise<T>,
): Promise<Promise<T>[]> {
  const promises: Promise<T>[] = [];
  let turnBeganAtMs = performance.now();
  for (const [index, item] of items.entries()) {
    if (performance.now() - turnBeganAtMs > maxTurnMs) {
      await nextTurn();
      turnBeganAtMs = performance.now();
    }
    const promise = begin(item, index);
    // it may fail before all are begun; whoever waits for it is told then
    promise.catch(() => undefined);
    promises.push(promise);
  }
  return promises;
}

/** The raw texts of `{ "events": […] }`, or of a bare array. */
function itemsOf(body: Uint8Array): string[] {
  const text = decode(body);
  const value = parse(text);
  const list = Array.isArray(value)
    ? text
    : isObject(value)
      ? topLevelMembers(text).get('events')
      : undefined;
  const items = list?.trimStart().startsWith('[') ? topLevelItems(list) : null;
  if (!items || items.length === 0 || items.length > maxBatchEvents) {
    const message = `1 to ${maxBatchEvents} events, as { "events": [ … ] }`;
    throw new RefusalError({
      code: 'invalid_request',
      errors: [{ path: 'events', code: 'invalid_type', message }],
    });
  }
  return items;
}

function decode(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return refuse('invalid_utf8');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return refuse('malformed_json', error instanceof Error ? error.message : undefined);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function rawBody(request: FastifyRequest): Uint8Array {
  return request.body instanceof Uint8Array ? request.body : new Uint8Array();
}

/** As they came: of two that are the same, node makes one text. */
function* headersOf({ raw: { rawHeaders } }: FastifyRequest): Iterable<readonly [string, string]> {
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    yield [rawHeaders[at] as string, rawHeaders[at + 1] as string];
}

function contextOf(request: FastifyRequest): AcceptContext {
  return { principal: principalOf(request), traceparent: traceparentFrom(request) };
}
