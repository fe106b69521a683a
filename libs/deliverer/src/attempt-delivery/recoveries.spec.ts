import { describe, expect, it } from '@jest/globals';
import { factSubject, type AttemptRecord, type DeliveryFact, type DeliveryMeta } from '@postel/contracts';
import { concludeAttempt, dieWithoutAttempt } from '@postel/domain';
import { Recoveries } from './recoveries.js';

const meta: DeliveryMeta = {
  deliveryId: 'dlv_1',
  endpointId: 'ep_1',
  tenant: 'acme',
  eventId: 'evt_1',
  eventSeq: 1,
  type: 'order.created',
  acceptedAtMs: 0,
  hop: 1,
  attemptsMade: 0,
  attemptsBeforeReopen: 0,
  apiVersion: '2024-01-01',
};

function answered(status: number, endpointId = 'ep_1'): DeliveryFact {
  const response = { status, headers: {}, body: '', truncated: false };
  const request = { url: 'https://example.com/', headers: {} };
  const attempt = { request, response, startedAtMs: 1, durationMs: 1 } as unknown as AttemptRecord;
  const policy = { preset: 'standard-webhooks' } as const;
  return concludeAttempt({ meta: { ...meta, endpointId }, attempt, policy, random: 0, nowMs: 2 });
}

const newRecoveries = () => new Recoveries((id) => id);
const isMarked = (fact: DeliveryFact) => 'afterFailure' in fact;

describe('Recoveries', () => {
  it('marks the first success that it sees, and none after it', () => {
    const recoveries = newRecoveries();
    const marks = [200, 204, 200].map((status) => isMarked(recoveries.mark(answered(status))));
    expect(marks).toEqual([true, false, false]);
  });

  it('marks the first success after a failed attempt, whether that is retried or dead', () => {
    const recoveries = newRecoveries();
    for (const status of [503, 410]) {
      recoveries.mark(answered(200));
      recoveries.mark(answered(status));
      expect(isMarked(recoveries.mark(answered(200)))).toBe(true);
    }
  });

  it('knows endpoints apart, and takes what ends without an attempt for no failure', () => {
    const recoveries = newRecoveries();
    recoveries.mark(answered(200));
    recoveries.mark(answered(503, 'ep_2'));
    recoveries.mark(dieWithoutAttempt(meta, 'expired', 3));
    expect(isMarked(recoveries.mark(answered(200)))).toBe(false);
  });

  it('begins anew when the owner changed, and for an endpoint of which a fact was perhaps not stored', () => {
    const recoveries = newRecoveries();
    recoveries.mark(answered(200));
    recoveries.mark(answered(200, 'ep_2'));
    recoveries.forget('ep_1');
    expect(isMarked(recoveries.mark(answered(200)))).toBe(true);
    expect(isMarked(recoveries.mark(answered(200, 'ep_2')))).toBe(false);
    recoveries.forgetAll();
    expect(isMarked(recoveries.mark(answered(200, 'ep_2')))).toBe(true);
  });

  it('sends what is marked where the watcher reads, and the rest where nobody has to', () => {
    const recoveries = newRecoveries();
    const subjects = [200, 200].map((status) => factSubject(recoveries.mark(answered(status))));
    expect(subjects).toEqual([
      'postel.log.acme.delivery.succeeded',
      'postel.log.acme.delivery.succeeded.first',
    ]);
  });
});
