import { afterEach, expect, it } from '@jest/globals';
import type { Principal } from '@postel/http-api';
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
  registerAcceptEvent(app, { acceptText } as unknown as AcceptEvent, 1_000);
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
