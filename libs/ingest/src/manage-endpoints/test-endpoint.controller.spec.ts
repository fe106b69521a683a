import { expect, it } from '@jest/globals';
import type { OutgoingMessage } from '@postel/jetstream';
import type { FastifyRequest } from 'fastify';
import type { IngestParts } from '../parts.js';
import { TestEndpointController } from './test-endpoint.controller.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const sent = `00-${traceId}-00f067aa0ba902b7-01`;
const own = (digit: string) => `00-${traceId}-${digit.repeat(16)}-01`;

/** The `traceparent` that a test event is published with. */
async function published(request: object, tracing: object | null): Promise<string | undefined> {
  const messages: OutgoingMessage[] = [];
  const parts = {
    tables: {
      sequence: 1,
      endpoint: () => ({ state: { tenant: 'default', status: 'active' } }),
      table: () => new Map(),
    },
    firstWords: { claim: () => () => undefined, ensure: () => Promise.resolve() },
    events: {
      publish: (message: OutgoingMessage) =>
        Promise.resolve({ seq: messages.push(message), duplicate: false }),
    },
    tracing,
    newId: () => 'evt_1',
    nowMs: () => 0,
  } as unknown as IngestParts;
  const asked = { principal: { tenant: 'default' }, headers: {}, body: {}, ...request };
  await new TestEndpointController(parts).test('ep_1', asked as unknown as FastifyRequest);
  return messages[0]?.headers?.['traceparent'];
}

it('hands on without tracing the traceparent of whoever asked for a test event', async () => {
  expect(await published({ headers: { traceparent: sent } }, null)).toBe(sent);
  expect(await published({ headers: { traceparent: 'nonsense' } }, null)).toBeUndefined();
});

it('publishes a test event under a span of its own, as every event', async () => {
  const parents: unknown[] = [];
  const begin = ({ parent }: { parent?: string }) => {
    parents.push(parent);
    return { traceparent: own('b'), isRecorded: true, end: () => undefined };
  };
  const request = { headers: { traceparent: sent }, span: { traceparent: own('a') } };
  expect(await published(request, { begin })).toBe(own('b'));
  expect(parents).toEqual([own('a')]);
});
