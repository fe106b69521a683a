import { describe, expect, it } from '@jest/globals';
import { idempotencyKeyOf } from './idempotency-key.js';
import { isFinal, judge, leaseMs, type Remembered } from './remembered.js';

const answer = { status: 201, contentType: 'application/json', body: '{"id":"ep_1"}' };

describe('judge', () => {
  it.each<[string, Remembered, string, number, string]>([
    ['a finished one gives its answer', { state: 'answered', fingerprint: 'f', answer }, 'f', 0, 'answered'],
    ['a finished one of another body', { state: 'answered', fingerprint: 'g', answer }, 'f', 0, 'conflict'],
    ['one under way', { state: 'claimed', fingerprint: 'f' }, 'f', leaseMs - 1, 'in-progress'],
    ['one under way with another body', { state: 'claimed', fingerprint: 'g' }, 'f', 0, 'conflict'],
    ['one whose process died', { state: 'claimed', fingerprint: 'f' }, 'f', leaseMs, 'take'],
    ['a dead one with another body', { state: 'claimed', fingerprint: 'g' }, 'f', leaseMs, 'conflict'],
    ['one that was refused', { state: 'free' }, 'f', 0, 'take'],
    ['one that another master key sealed', { state: 'unreadable' }, 'f', 0, 'conflict'],
  ])('%s', (_what, remembered, fingerprint, ageMs, kind) => {
    expect(judge(remembered, { fingerprint, ageMs }).kind).toBe(kind);
  });

  it('never says to wait longer than the claim can hold, nor not at all', () => {
    const waits = [0, 58_000, 58_001, 59_999].map((ageMs) =>
      judge({ state: 'claimed', fingerprint: 'f' }, { fingerprint: 'f', ageMs }),
    );
    expect(waits.map((wait) => (wait.kind === 'in-progress' ? wait.retryAfterSec : null))).toEqual([
      5, 2, 2, 1,
    ]);
  });
});

describe('isFinal', () => {
  const problem = (status: number, code: string) => ({ status, body: JSON.stringify({ status, code }) });

  it.each([200, 201, 202, 204])('keeps %d', (status) => {
    expect(isFinal({ status, body: '' })).toBe(true);
  });
  it.each([problem(404, 'endpoint_not_found'), problem(409, 'endpoint_not_active')])('keeps %j', (given) => {
    expect(isFinal(given)).toBe(true);
  });
  it.each([
    problem(400, 'malformed_json'),
    problem(413, 'payload_too_large'),
    problem(422, 'invalid_request'),
    problem(429, 'too_many_requests'),
    problem(409, 'endpoint_changed'),
    problem(500, 'internal_error'),
    problem(503, 'broker_unavailable'),
  ])('does not keep %j', (given) => {
    expect(isFinal(given)).toBe(false);
  });
});

describe('idempotencyKeyOf', () => {
  const request = (...keys: string[]) => ({
    headers: keys.length === 0 ? {} : { 'idempotency-key': keys.join(', ') },
    rawHeaders: ['Host', 'x', ...keys.flatMap((key) => ['Idempotency-Key', key])],
  });

  it('takes 1 to 255 printable characters', () => {
    for (const key of ['1', 'x'.repeat(255), 'a key, with: "signs" ~'])
      expect(idempotencyKeyOf(request(key))).toBe(key);
    expect(idempotencyKeyOf(request())).toBe(null);
  });
  it.each([[''], ['x'.repeat(256)], ['é'], ['a\u007f'], ['a', 'a']])('refuses %j %j', (...keys) => {
    expect(() => idempotencyKeyOf(request(...keys))).toThrow('malformed_request');
  });
});
