import { describe, expect, it } from '@jest/globals';
import { isOperationalEventType, operatorTenant, type DeliveryDied } from '@postel/contracts';
import { readNatsEvent } from '../event/read-nats-event.js';
import { operationalEventOf, type OperatorNews } from './operational-event.js';

const atMs = Date.UTC(2026, 10, 28);
const endpoint = { id: 'ep_1', tenant: 'acme', url: 'https://ada:secret@example.com/hook?token=secret' };
const fact = {
  deliveryId: 'dlv_1',
  hop: 2,
  eventId: 'evt_1',
  type: 'order.created',
  reason: 'exhausted',
  attemptsMade: 5,
  lastStatus: null,
  lastError: { code: 'timeout', message: 'no answer within 10000 ms' },
  attempt: { response: { body: 'secret' }, request: { headers: { authorization: 'secret' } } },
} as unknown as DeliveryDied;

const everything: readonly OperatorNews[] = [
  { kind: 'failing', atMs, sinceMs: atMs - 9, deadLetters: 10, inARow: 10, windowSeconds: 3_600 },
  { kind: 'disabled', reason: 'too_many_failures', atMs, sinceMs: atMs - 99, deadLetters: 100 },
  { kind: 'disabled', reason: 'gone', atMs: atMs + 1 },
  { kind: 'recovered', atMs, failingSinceMs: atMs - 9, by: 'success' },
  { kind: 'dead', atMs, fact },
];

describe('operationalEventOf', () => {
  it.each(everything)('is an event that both readers take as the operator’s: $kind', (news) => {
    const { id, type, envelope } = operationalEventOf(news, endpoint);
    expect(isOperationalEventType(type)).toBe(true);
    const message = { payload: envelope, seq: 1, storedAtMs: atMs, maxBytes: 10_000 };
    // from the stream by its subject, from the archive by its type
    for (const subject of [`postel.ops.${type.slice(7).replace('.', '_')}`, type]) {
      const read = readNatsEvent({ ...message, subject, headers: { tenant: operatorTenant } });
      expect(read).toMatchObject({
        ok: true,
        event: { id, type, createdSec: Math.floor(news.atMs / 1_000) },
      });
      const others = readNatsEvent({ ...message, subject, headers: { tenant: 'acme' } });
      expect(others).toMatchObject({ ok: false, code: 'reserved_event_type' });
    }
  });

  it('has an alert for its object, without secrets and payloads', () => {
    for (const news of everything) {
      const text = Buffer.from(operationalEventOf(news, endpoint).envelope).toString();
      expect(text).not.toContain('secret');
      const { data } = JSON.parse(text) as { data: { object: object } };
      expect(data.object).toMatchObject({
        severity: expect.any(String),
        title: expect.any(String),
        message: expect.any(String),
        tenant: 'acme',
        endpointId: 'ep_1',
        url: 'https://example.com/hook',
        metadata: expect.any(Object),
      });
    }
  });

  it('has the same id when it is told again, and another for other news', () => {
    const idsOf = () => everything.map((news) => operationalEventOf(news, endpoint).id);
    expect(idsOf()).toEqual(idsOf());
    const others = everything.map((news) => operationalEventOf(news, { ...endpoint, id: 'ep_2' }).id);
    // a dead letter is of one delivery, whatever endpoint that had
    expect(new Set([...idsOf(), ...others]).size).toBe(2 * everything.length - 1);
  });
});
