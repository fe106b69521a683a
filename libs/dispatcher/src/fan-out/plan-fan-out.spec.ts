import { describe, expect, it } from '@jest/globals';
import type { EndpointState } from '@postel/contracts';
import type { EndpointEntry, IncomingMessage } from '@postel/jetstream';
import { maxDeliveriesPerFact, planFanOut, type FanOutContext } from './plan-fan-out.js';

const message = (payload: string, headers: Record<string, string> = {}): IncomingMessage => ({
  subject: 'order.created',
  payload: new TextEncoder().encode(payload),
  seq: 7,
  storedAtMs: 1_700_000_000_000,
  deliveryCount: 1,
  isAgain: false,
  behind: 0,
  header: (name) => headers[name],
  headers: () => headers,
});
const entry = (id: string, status: 'active' | 'disabled' = 'active'): EndpointEntry => ({
  revision: 1,
  state: {
    id,
    tenant: 'default',
    url: `https://example.com/${id}`,
    apiVersion: '2024-01-01',
    status,
  } as EndpointState,
});
const context = (entries: readonly EndpointEntry[]): FanOutContext => ({
  nowMs: 1_700_000_000_500,
  maxEventBytes: 1_000,
  catalogue: { faultOf: () => null, versionOf: (_tenant, _type, wanted) => wanted },
  tenantExists: (tenant) => tenant === 'default',
  isErased: (tenant, storedAtMs) => tenant === 'gone' && storedAtMs === 1_700_000_000_000,
  match: () => entries,
  endpoint: (id) => entries.find(({ state }) => state.id === id),
  hasOpenCircuit: () => false,
});
const order = '{"data":{"object":{"id":"ord_1"}}}';

describe('planFanOut', () => {
  it('makes one delivery an endpoint, with ids that a repetition makes again', () => {
    const plan = planFanOut(message(order), context([entry('ep_1'), entry('ep_2')]));
    const again = planFanOut(message(order), context([entry('ep_1'), entry('ep_2')]));
    if (plan.kind !== 'fanned-out') throw new Error(plan.kind);
    expect(plan.facts).toHaveLength(1);
    expect(plan.facts[0]?.deliveries.map(({ endpointId }) => endpointId)).toEqual(['ep_1', 'ep_2']);
    expect(new Set(plan.facts[0]?.deliveries.map(({ deliveryId }) => deliveryId)).size).toBe(2);
    expect(again).toEqual(plan);
  });

  it('tells a wide fan-out in several facts that together name every endpoint once', () => {
    const many = Array.from({ length: maxDeliveriesPerFact * 2 + 1 }, (_, i) => entry(`ep_${i}`));
    const plan = planFanOut(message(order), context(many));
    if (plan.kind !== 'fanned-out') throw new Error(plan.kind);
    expect(plan.facts.map(({ part, deliveries }) => [part, deliveries.length])).toEqual([
      [0, maxDeliveriesPerFact],
      [1, maxDeliveriesPerFact],
      [2, 1],
    ]);
  });

  it('says that nobody wanted an event', () => {
    expect(planFanOut(message(order), context([]))).toMatchObject({
      kind: 'unmatched',
      fact: { fact: 'event.unmatched', eventSeq: 7, acceptedAtMs: 1_700_000_000_000 },
    });
  });

  it.each([
    ['headers that nobody can read', { ...message(order), hasBadHeaders: true }, 'malformed_request'],
    ['not JSON', message('{'), 'malformed_json'],
    ['a type that is not the subject', message(`{"type":"order.paid",${order.slice(1)}`), 'type_mismatch'],
    ['an unknown tenant', message(order, { 'Postel-Tenant': 'nobody' }), 'tenant_not_found'],
    ['too much', message(`{"data":{"object":{"x":"${'x'.repeat(2_000)}"}}}`), 'payload_too_large'],
  ])('refuses %s as a fact of its own', (_name, incoming, code) => {
    expect(planFanOut(incoming, context([entry('ep_1')]))).toMatchObject({
      kind: 'refused',
      fact: { fact: 'event.invalid', tenant: 'default', code },
    });
  });

  it('takes what ingest has accepted, or the log knows, at any size: its own limit may be a smaller one', () => {
    const large = `{"data":{"object":{"x":"${'x'.repeat(2_000)}"}}}`;
    const overHttp = message(large, { 'Postel-Config-Sequence': '1' });
    expect(planFanOut(overHttp, context([entry('ep_1')])).kind).toBe('fanned-out');
    expect(planFanOut(message(large), context([entry('ep_1')]), []).kind).toBe('fanned-out');
  });

  const news = (tenant?: string): IncomingMessage => ({
    ...message('{"endpointId":"ep_9"}', tenant === undefined ? {} : { 'Postel-Tenant': tenant }),
    subject: 'postel.ops.endpoint_failing',
  });

  it('takes what Postel tells the operator for an event of the operator’s', () => {
    const withOperator = { ...context([entry('ep_1')]), tenantExists: () => true };
    expect(planFanOut(news('operator'), withOperator)).toMatchObject({
      kind: 'fanned-out',
      facts: [{ tenant: 'operator', type: 'postel.endpoint.failing' }],
    });
  });

  it('tells nobody where there is no operator, and the default tenant least of all', () => {
    expect(planFanOut(news('operator'), context([entry('ep_1')]))).toMatchObject({
      kind: 'unmatched',
      fact: { tenant: 'operator', type: 'postel.endpoint.failing' },
    });
  });

  it('refuses news for the operator that another tenant is to have', () => {
    for (const incoming of [news(), news('default')]) {
      expect(planFanOut(incoming, context([entry('ep_1')]))).toMatchObject({
        kind: 'refused',
        fact: { tenant: 'default', code: 'reserved_event_type' },
      });
    }
  });

  it('tells nobody of an event whose tenant was deleted after it was accepted', () => {
    const theirs = message(order, { 'Postel-Tenant': 'gone' });
    expect(planFanOut(theirs, context([entry('ep_1')]))).toMatchObject({
      kind: 'unmatched',
      fact: { fact: 'event.unmatched', tenant: 'gone' },
    });
    const later = { ...theirs, storedAtMs: 1_700_000_000_001 };
    expect(planFanOut(later, context([]))).toMatchObject({
      kind: 'refused',
      fact: { tenant: 'default', code: 'tenant_not_found' },
    });
  });

  it('refuses what the catalogue refuses over NATS, and nothing that was accepted before', () => {
    const fault = { code: 'schema_violation', message: 'no', path: 'data.object.id' } as const;
    const catalogue = { faultOf: () => fault, versionOf: () => '2024-01-01' };
    const strict = { ...context([entry('ep_1')]), catalogue };
    expect(planFanOut(message(order), strict)).toMatchObject({
      kind: 'refused',
      fact: { ...fault, tenant: 'default' },
    });
    const overHttp = message(order, { 'Postel-Config-Sequence': '1' });
    expect(planFanOut(overHttp, strict).kind).toBe('fanned-out');
    expect(planFanOut(message(order), strict, []).kind).toBe('fanned-out');
  });

  it('takes what came in by a source from ingest alone', () => {
    const inbound = (headers = {}) => ({ ...message(order, headers), subject: 'inbound.billing.paid' });
    expect(planFanOut(inbound(), context([entry('ep_1')]))).toMatchObject({
      kind: 'refused',
      fact: { code: 'reserved_event_type', path: 'type' },
    });
    const byIngest = inbound({ 'Postel-Config-Sequence': '1' });
    expect(planFanOut(byIngest, context([entry('ep_1')])).kind).toBe('fanned-out');
  });

  it('sends a test event to its endpoint alone, and to nobody when that one is disabled or unknown', () => {
    const only = (id: string) => message(order, { 'Postel-Only-Endpoint': id });
    const all = context([entry('ep_1'), entry('ep_2'), entry('ep_off', 'disabled')]);
    expect(planFanOut(only('ep_2'), all)).toMatchObject({
      kind: 'fanned-out',
      facts: [{ deliveries: [{ endpointId: 'ep_2' }] }],
    });
    expect(planFanOut(only('ep_off'), all).kind).toBe('unmatched');
    expect(planFanOut(only('ep_x'), all).kind).toBe('unmatched');
  });
});
