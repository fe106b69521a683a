import { describe, expect, it } from '@jest/globals';
import {
  createEndpointRequest,
  noCustomHeaders,
  type EndpointState,
  type EventTypeState,
} from '@postel/contracts';
import { readHttpEvent, type AcceptedEvent } from '@postel/domain';
import type { TransformResult } from '@postel/payload-versions';
import { explainEndpoint, type ExplainContext } from './explain-endpoint.js';
import { PlannedRequests } from './planned-requests.js';

const {
  secret: _secret,
  retry: _retry,
  headers: _headers,
  ...defaults
} = createEndpointRequest.parse({ url: 'https://example.com/' });
const endpoint = (settings: Partial<EndpointState> = {}): EndpointState =>
  ({
    ...defaults,
    headers: noCustomHeaders,
    id: 'ep_1',
    tenant: 'default',
    status: 'active',
    createdAtMs: 1,
    updatedAtMs: 1,
    ...settings,
  }) as EndpointState;

function eventOf(body: string): AcceptedEvent {
  const reading = readHttpEvent(Buffer.from(body), { newId: 'evt_1', nowMs: 1_000, maxBytes: 10_000 });
  if (!reading.ok) throw new Error(reading.refusal.code);
  return reading.event;
}
const event = eventOf(
  '{"type":"order.created","channels":["eu"],"orderingKey":"k","data":{"object":{"amount":1.50,"id":12345678901234567890}}}',
);
const type = {
  name: 'order.created',
  versions: [{ name: 'flat', transform: '$' }],
} as unknown as EventTypeState;
let transformed: TransformResult = { ok: true, body: '{"flat":1}' };
const contextFor = (open = false): ExplainContext => {
  const defaultRetry = { schedule: [1] };
  const transforms = { run: () => Promise.resolve(transformed) };
  const requests = new PlannedRequests(event.envelope, {
    tenant: 'default',
    defaultRetry,
    nowMs: 5_000,
    version: '1.2.3',
    type,
    transforms,
  });
  return { requestFor: (given, wanted) => requests.of(given, wanted), hasOpenCircuit: () => open };
};
const explain = (settings: Partial<EndpointState>, open = false) =>
  explainEndpoint(event, endpoint(settings), contextFor(open));

describe('explainEndpoint', () => {
  it('names everything that keeps an event away', async () => {
    expect(
      await explain({
        status: 'disabled',
        disabledReason: 'gone',
        events: ['payment.*'],
        channels: ['us'],
        filter: { 'data.object.amount': { gt: 2 }, type: 'order.created' },
      }),
    ).toEqual({
      endpointId: 'ep_1',
      url: 'https://example.com/',
      status: 'disabled',
      matches: false,
      reasons: [
        { code: 'disabled', message: expect.stringContaining('gone') },
        { code: 'event_type', message: 'It takes payment.*, not order.created' },
        { code: 'channels', message: 'It takes the channels us; the event has eu' },
        { code: 'filter', path: 'data.object.amount', message: 'must be {"gt":2}; the event has 1.5' },
      ],
      waits: null,
      request: null,
      fails: null,
    });
  });

  it('shows the request, in the version of the endpoint, with what is secret masked', async () => {
    const { request, matches } = await explain({
      apiVersion: '1.0',
      headers: { names: ['Authorization'], setAtMs: 1 },
    });
    expect(matches).toBe(true);
    expect(request?.body).toBe(
      '{"id":"evt_1","timestamp":"1970-01-01T00:00:01.000Z","event":"order.created","version":"1.0","data":{"amount":1.50,"id":12345678901234567890},"attempt":1,"retryable":true}',
    );
    expect(request?.headers).toEqual({
      'webhook-id': 'evt_1',
      'webhook-timestamp': '5',
      'webhook-signature': '***',
      'x-webhook-id': 'evt_1',
      'x-webhook-timestamp': '5',
      'x-webhook-signature': '***',
      'x-webhook-attempt': '1',
      'x-webhook-delivery': '<delivery id>',
      'content-type': 'application/json',
      'user-agent': 'Postel/1.2.3',
      traceparent: '<trace context>',
      Authorization: '***',
    });
  });

  it('shows the request of an endpoint that takes signatures by key pairs alone', async () => {
    const { request } = await explain({ signature: { schemes: ['standard-ed25519'] } });
    expect(request?.headers['webhook-signature']).toBe('***');
  });

  it('makes the version that the type declares, and says when it cannot', async () => {
    expect((await explain({ apiVersion: 'flat' })).request?.body).toBe('{"flat":1}');
    // this type declares no such version: it goes out in the default one
    expect((await explain({ apiVersion: 'other' })).request?.body).toContain('"apiVersion":"2024-01-01"');
    transformed = { ok: false, code: 'transform_failed', message: 'no' };
    expect(await explain({ apiVersion: 'flat' })).toMatchObject({
      matches: true,
      request: null,
      fails: { code: 'transform_failed', message: 'The payload version flat: no' },
    });
  });

  it('says whether its delivery would wait', async () => {
    expect((await explain({})).waits).toBeNull();
    expect((await explain({ status: 'paused' })).waits?.reason).toBe('paused');
    expect((await explain({}, true)).waits?.reason).toBe('circuit_open');
    const ordered = await explain({ ordering: 'key' }, true);
    expect(ordered.waits?.reason).toBe('ordering');
    expect(ordered.request?.headers['webhook-sequence']).toBe('<number>');
  });
});
