import { describe, expect, it } from '@jest/globals';
import { backoffPolicy, noCustomHeaders, type CustomHeaders } from '@postel/contracts';
import type { SendRequest } from '@postel/http-sender';
import { signingKeyOf } from '@postel/signing';
import { makeAttempt, type AttemptInput } from './make-attempt.js';

const key = signingKeyOf(`whsec_${Buffer.alloc(32).toString('base64')}`);

/** An attempt with custom headers as the secrets hold them, while the endpoint tells of others. */
async function attempt(told: CustomHeaders, kept: Readonly<Record<string, string>>) {
  const sent: SendRequest[] = [];
  const input = {
    meta: { eventId: 'evt_1', deliveryId: 'dlv_1', attemptsMade: 0, attemptsBeforeReopen: 0 },
    body: Buffer.from('{}'),
    endpoint: { url: 'https://example.com/', signature: { schemes: ['standard'] }, headers: told },
    policy: backoffPolicy.parse({}),
    traced: undefined,
  } as unknown as AttemptInput;
  const sender = {
    send: (request: SendRequest) => {
      sent.push(request);
      return Promise.resolve({ startedAtMs: 0, durationMs: 1, timing: {} });
    },
    close: () => Promise.resolve(),
  };
  const parts = { keys: {} as never, sender, userAgent: 'test', newAttemptId: () => 'att_1', nowMs: () => 0 };
  const { request } = await makeAttempt(input, { keys: [key], privateKeys: [], headers: kept }, parts);
  return { sent: sent[0]?.headers ?? {}, recorded: request.headers };
}

describe('the record of an attempt', () => {
  it('masks custom headers that the endpoint does not tell yet, and tells none that were not sent', async () => {
    const { sent, recorded } = await attempt({ names: ['x-old'], setAtMs: 1 }, { 'x-new': 'hush' });
    expect(sent['x-new']).toBe('hush');
    expect(recorded['x-new']).toBe('***');
    expect(recorded).not.toHaveProperty('x-old');
  });

  it('masks those that a fact of 0.1.0 holds in the clear', async () => {
    const told = { names: ['x-key'], setAtMs: 0, clear: { 'x-key': 'hush' } };
    const { sent, recorded } = await attempt(told, {});
    expect(sent['x-key']).toBe('hush');
    expect(recorded['x-key']).toBe('***');
  });

  it('without custom headers is what was sent', async () => {
    const { sent, recorded } = await attempt(noCustomHeaders, {});
    expect(recorded).toEqual(sent);
  });
});
