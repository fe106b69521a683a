import { afterEach, expect, it } from '@jest/globals';
import type { Principal } from '@postel/http-api';
import { createMeters } from '@postel/telemetry';
import { fastify, type FastifyInstance } from 'fastify';
import type { AcceptEvent } from './accept-event.js';
import { registerAcceptEvent } from './accept-event.routes.js';

let app: FastifyInstance;
afterEach(() => app.close());

it('lets others have their turns while a batch is read that takes long', async () => {
  let turns = 0;
  let isReading = true;
  const nextTurn = () => {
    turns += 1;
    if (isReading) setImmediate(nextTurn);
  };
  const turnOf: number[] = [];
  app = fastify();
  app.decorateRequest('principal', null);
  app.addHook('onRequest', (request, _reply, next) => {
    request.principal = { tenant: 'default', actor: 'admin' } as Principal;
    next();
  });
  const acceptText = (text: string) => {
    turnOf.push(turns);
    const untilMs = performance.now() + 25;
    while (performance.now() < untilMs);
    return Promise.resolve({ id: text, type: 'order.created', created: 1, duplicate: false });
  };
  const meters = createMeters({ processMetrics: false });
  registerAcceptEvent(app, { acceptText } as unknown as AcceptEvent, { maxEventBytes: 1_000, meters });
  setImmediate(nextTurn);
  const answer = await app.inject({
    method: 'POST',
    url: '/v1/events/batch',
    payload: [1, 2, 3, 4, 5],
  });
  isReading = false;
  expect(answer.json<{ accepted: unknown[] }>().accepted.map((item) => (item as { id: string }).id)).toEqual([
    '1',
    '2',
    '3',
    '4',
    '5',
  ]);
  // each in a later turn than the one before it
  expect(new Set(turnOf).size).toBe(5);
});

it('counts events whose bodies are too large or of another type to be read', async () => {
  app = fastify();
  const meters = createMeters({ processMetrics: false });
  registerAcceptEvent(app, {} as AcceptEvent, { maxEventBytes: 1_000, meters });
  const answers = [
    await app.inject({ method: 'POST', url: '/v1/events', payload: ['x'.repeat(3_000)] }),
    await app.inject({
      method: 'POST',
      url: '/v1/events',
      headers: { 'content-type': 'text/plain' },
      payload: 'x',
    }),
    await app.inject({
      method: 'POST',
      url: '/v1/events',
      headers: { 'content-type': 'application/vnd.other+json' },
      payload: '{}',
    }),
  ];
  expect(answers.map(({ statusCode }) => statusCode).filter((status) => status < 400)).toEqual([]);
  const { values } = await meters.eventsRejected.get();
  expect(values).toEqual([
    { labels: { door: 'http', code: 'payload_too_large' }, value: 1 },
    { labels: { door: 'http', code: 'unsupported_media_type' }, value: 2 },
  ]);
});
