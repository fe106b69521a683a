import { describe, expect, it } from '@jest/globals';
import type { DeliveryDied, EventInvalid } from '@postel/contracts';
import { withoutPayload } from './without-payload.js';

const about = {
  v: 1,
  tenant: 't',
  eventId: 'evt_1',
  eventSeq: 1,
  type: 'a.b',
  acceptedAtMs: 1,
  atMs: 2,
} as const;
const died: DeliveryDied = {
  ...about,
  fact: 'delivery.died',
  deliveryId: 'dlv_1',
  endpointId: 'ep_1',
  hop: 1,
  attemptsMade: 1,
  attemptsBeforeReopen: 0,
  apiVersion: '2024-01-01',
  reason: 'exhausted',
  lastStatus: 503,
  lastError: { code: 'http_status', message: 'answered 503' },
  attempt: {
    attemptId: 'att_1',
    number: 1,
    startedAtMs: 1,
    durationMs: 2,
    timing: {},
    request: { url: 'https://example.com', headers: { 'webhook-id': 'evt_1' } },
    response: { status: 503, headers: { 'x-echo': 'canary' }, body: 'canary', truncated: true },
    outcome: 'dead',
  },
};

describe('a fact of an event that was erased', () => {
  it('keeps all but what a receiver answered', () => {
    const { attempt, ...rest } = withoutPayload(died);
    expect(rest).toEqual({ ...died, attempt: undefined });
    expect(attempt).toEqual({
      ...died.attempt,
      response: { status: 503, headers: {}, body: '', truncated: true },
    });
  });

  it('does not tell what an error quoted', () => {
    const poison: DeliveryDied = {
      ...died,
      reason: 'poison',
      lastError: { code: 'transform_failed', message: 'canary' },
    };
    const invalid: EventInvalid = {
      ...about,
      fact: 'event.invalid',
      code: 'malformed_json',
      message: 'canary',
    };
    for (const fact of [poison, invalid])
      expect(JSON.stringify(withoutPayload(fact))).not.toContain('canary');
  });
});
