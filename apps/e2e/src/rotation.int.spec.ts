import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verify } from '@postel/signing';
import type { ReceivedRequest, Receiver } from '@postel/testing';
import { waitUntil } from '@postel/testing';
import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { problemOf, type CreatedEndpoint } from './harness/api-client.js';
import { fleetPatienceMs, type RunningPostel } from './harness/fleet.js';
import { startTogether } from './harness/together.js';

const patienceMs = 120_000;
const day = 86_400;

interface Rotated {
  readonly secret: string;
  readonly publicKey: string | null;
  readonly previousExpiresAt: string;
}

describe('secrets of an endpoint', () => {
  let fleet: RunningPostel;
  beforeAll(async () => {
    fleet = await startTogether();
  }, fleetPatienceMs);
  afterAll(() => fleet?.stop(), fleetPatienceMs);

  let types = 0;
  async function subscribed(settings: object = {}): Promise<Subscription> {
    const receiver = await fleet.receiver();
    const type = `order.rotation_${(types += 1)}`;
    const endpoint = await fleet.api.createEndpoint({ url: receiver.url, events: [type], ...settings });
    return { type, receiver, endpoint };
  }

  async function rotate(endpointId: string, body: object = {}): Promise<Rotated> {
    const answer = await fleet.api.request('POST', `/v1/endpoints/${endpointId}/rotate-secret`, { body });
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
    return answer.json as Rotated;
  }

  async function refused(path: string, body?: unknown): Promise<{ status: number; paths: string[] }> {
    const answer = await fleet.api.request('POST', path, { body });
    return { status: answer.status, paths: (problemOf(answer).errors ?? []).map((fault) => fault.path) };
  }

  const publish = ({ type }: Subscription) => fleet.api.publish({ type, data: { object: { type } } });

  /** The request of one event that was accepted from now on. */
  async function delivered(subscription: Subscription): Promise<ReceivedRequest> {
    const { id } = await publish(subscription);
    const isIt = ({ headers }: ReceivedRequest) => headers['webhook-id'] === id;
    await subscription.receiver.waitFor((requests) => requests.some(isIt));
    return subscription.receiver.requests.find(isIt) as ReceivedRequest;
  }

  it(
    'are verified by their receiver, with the old or the new one, through retries and past the grace’s end',
    async () => {
      let isFailing = true;
      // so many attempts that some come before the rotation, within the grace, and after it
      const subscription = await subscribed({ retry: { schedule: Array(100).fill(250) }, maxInFlight: 50 });
      const { receiver, endpoint } = subscription;
      receiver.setAnswer(() => ({ status: isFailing ? 503 : 200 }));
      const events = await Promise.all(Array.from({ length: 20 }, () => publish(subscription)));
      await receiver.waitFor(40);

      const askedMs = Date.now();
      const { secret, previousExpiresAt } = await rotate(endpoint.id, { graceSeconds: 3 });
      const answeredMs = Date.now();
      const graceEndsMs = Date.parse(previousExpiresAt);
      expect(graceEndsMs).toBeGreaterThanOrEqual(askedMs + 3_000);
      expect(graceEndsMs).toBeLessThanOrEqual(answeredMs + 3_000);
      expect(secret).not.toBe(endpoint.secret);
      // timestamps have whole seconds
      await waitUntil(() => Date.now() > graceEndsMs + 1_000);
      const afterwards = receiver.requests.length;
      await receiver.waitFor(afterwards + 20);
      isFailing = false;
      await waitUntil(
        async () =>
          (await fleet.api.deliveries(`endpointId=${endpoint.id}&status=succeeded`)).data.length === 20,
        { timeoutMs: 60_000, describe: 'all to succeed' },
      );

      const byOld = receiver.requests.filter((request) => isSignedWith(request, endpoint.secret));
      const byNew = receiver.requests.filter((request) => isSignedWith(request, secret));
      expect(receiver.requests.every((r) => byOld.includes(r) || byNew.includes(r))).toBe(true);
      // with both while the grace lasts, the new one first; with the old one never after it
      const both = byOld.filter((request) => byNew.includes(request));
      expect(both.length).toBeGreaterThanOrEqual(20);
      for (const { headers } of both) {
        expect(headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
        expect(headers['x-webhook-signature']).toMatch(/^v1=[0-9a-f]+,v1=[0-9a-f]+$/);
      }
      // by the sender's clock: on a busy machine a request takes its time to arrive
      const late = receiver.requests.filter((request) => signedAtMs(request) > graceEndsMs);
      expect(late.length).toBeGreaterThanOrEqual(20);
      expect(late.some((request) => byOld.includes(request))).toBe(false);
      // and once it is in force it stays so
      const inForceMs = Math.min(...byNew.map(signedAtMs));
      const after = receiver.requests.filter((request) => signedAtMs(request) > inForceMs);
      expect(after.every((request) => byNew.includes(request))).toBe(true);
      expect(new Set(receiver.requests.map(({ headers }) => headers['webhook-id']))).toEqual(
        new Set(events.map(({ id }) => id)),
      );
    },
    patienceMs,
  );

  it('say on their endpoint until when the old one signs', async () => {
    const { endpoint } = await subscribed();
    const graceEnd = async () => {
      const answer = await fleet.api.request('GET', `/v1/endpoints/${endpoint.id}`);
      return (answer.json as { previousSecretExpiresAt: string | null }).previousSecretExpiresAt;
    };
    expect(await graceEnd()).toBeNull();
    const { previousExpiresAt } = await rotate(endpoint.id, { graceSeconds: 3_600 });
    expect(await graceEnd()).toBe(previousExpiresAt);
  });

  it('end at once without a grace', async () => {
    const subscription = await subscribed();
    const { endpoint } = subscription;
    const { secret } = await rotate(endpoint.id, { graceSeconds: 0 });
    const shown = await fleet.api.request('GET', `/v1/endpoints/${endpoint.id}`);
    expect(shown.json).toMatchObject({ previousSecretExpiresAt: null });
    const request = await delivered(subscription);
    expect([isSignedWith(request, endpoint.secret), isSignedWith(request, secret)]).toEqual([false, true]);
    expect(request.headers['webhook-signature']).toMatch(/^v1,\S+$/);
  });

  it('may be one’s own, sign with at most three older ones, and show in one place', async () => {
    const subscription = await subscribed({ signature: { schemes: ['standard', 'body-hex'] } });
    const { endpoint } = subscription;
    const own = `whsec_${Buffer.alloc(24, 5).toString('base64')}`;
    const answers = [await rotate(endpoint.id, { secret: own })];
    expect(answers[0]?.secret).toBe(own);
    for (let n = 0; n < 4; n++) answers.push(await rotate(endpoint.id, { graceSeconds: 7 * day }));
    const newestFirst = answers.map(({ secret }) => secret).reverse();
    const request = await delivered(subscription);
    const signatures = String(request.headers['webhook-signature']).split(' ');
    const expected = newestFirst.slice(0, 4).map((secret) => standardSignature(request, secret));
    expect(signatures).toEqual(expected);
    const hex = createHmac('sha256', newestFirst[0] as string)
      .update(request.rawBody)
      .digest('hex');
    expect(request.headers['x-webhook-signature']).toBe(hex);

    const shown = await fleet.api.request('GET', `/v1/endpoints/${endpoint.id}/secret`);
    expect(shown).toMatchObject({ status: 200, json: { secret: newestFirst[0] } });
    expect(JSON.stringify(await fleet.api.endpoint(endpoint.id))).not.toContain('whsec_');
  });

  it('are all kept of rotations at the same time, one after the other', async () => {
    const subscription = await subscribed();
    const path = `/v1/endpoints/${subscription.endpoint.id}/rotate-secret`;
    const answers = await Promise.all(
      Array.from({ length: 3 }, () => fleet.api.request('POST', path, { body: {} })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const request = await delivered(subscription);
    const made = answers.map(({ json }) => (json as Rotated).secret);
    for (const secret of [subscription.endpoint.secret, ...made])
      expect(isSignedWith(request, secret)).toBe(true);
  });

  it('refuses what is no secret and no grace, all faults together', async () => {
    const { endpoint } = await subscribed();
    const path = `/v1/endpoints/${endpoint.id}/rotate-secret`;
    const short = `whsec_${Buffer.alloc(23).toString('base64')}`;
    expect(await refused(path, { secret: short, graceSeconds: -1 })).toEqual({
      status: 422,
      paths: ['secret', 'graceSeconds'],
    });
    for (const graceSeconds of [7 * day + 1, 1.5, '60'])
      expect(await refused(path, { graceSeconds })).toEqual({ status: 422, paths: ['graceSeconds'] });
    expect(await refused(path, { secret: endpoint.secret })).toEqual({ status: 422, paths: ['secret'] });
    expect(await refused(path, { grace: 1 })).toEqual({ status: 422, paths: ['grace'] });
    expect(await refused('/v1/endpoints/ep_none/rotate-secret', {})).toEqual({ status: 404, paths: [] });
    const gone = await fleet.api.request('GET', '/v1/endpoints/ep_none/secret');
    expect(gone.status).toBe(404);
  });

  it('has an Ed25519 pair with standard-ed25519, whose public half is shown and changes with a rotation', async () => {
    const subscription = await subscribed();
    const { endpoint } = subscription;
    expect(endpoint.publicKey).toBeNull();
    const schemes = ['standard', 'standard-ed25519'];
    const changed = await fleet.api.updateEndpoint(endpoint.id, { signature: { schemes } });
    const first = changed.publicKey as string;
    expect(first).toMatch(/^whpk_[A-Za-z0-9+/]{43}=$/);
    const request = await delivered(subscription);
    expect(request.headers['webhook-signature']).toMatch(/^v1,\S+ v1a,\S+$/);
    expect(isSignedByPair(request, first)).toBe(true);
    // a receiver that knows v1 alone is not disturbed
    expect(isSignedWith(request, endpoint.secret)).toBe(true);

    const { publicKey: second } = await rotate(endpoint.id);
    expect((await fleet.api.endpoint(endpoint.id)).publicKey).toBe(second);
    const during = await delivered(subscription);
    expect(during.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+ v1a,\S+ v1a,\S+$/);
    expect([first, second].map((key) => isSignedByPair(during, key as string))).toEqual([true, true]);
    await rotate(endpoint.id, { graceSeconds: 0 });
    const after = await fleet.api.endpoint(endpoint.id);
    const later = await delivered(subscription);
    expect(isSignedByPair(later, second as string)).toBe(false);
    expect(isSignedByPair(later, after.publicKey as string)).toBe(true);

    const without = await fleet.api.updateEndpoint(endpoint.id, { signature: { schemes: ['standard'] } });
    expect(without.publicKey).toBeNull();
    expect((await delivered(subscription)).headers['webhook-signature']).not.toContain('v1a');

    const alone = await subscribed({ signature: { schemes: ['standard-ed25519'] } });
    const only = await delivered(alone);
    expect(only.headers['webhook-signature']).toMatch(/^v1a,\S+$/);
    expect(isSignedByPair(only, alone.endpoint.publicKey as string)).toBe(true);
  });
});

interface Subscription {
  readonly type: string;
  readonly receiver: Receiver;
  readonly endpoint: CreatedEndpoint;
}

function signedAtMs({ headers }: ReceivedRequest): number {
  return Number(headers['webhook-timestamp']) * 1_000;
}

/** As a receiver does it that has the npm package and one secret. */
function isSignedWith({ headers, rawBody }: ReceivedRequest, secret: string): boolean {
  try {
    new Webhook(secret).verify(rawBody, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

function isSignedByPair({ headers, rawBody }: ReceivedRequest, publicKey: string): boolean {
  const nowSec = Math.floor(Date.now() / 1_000);
  return verify({ scheme: 'standard-ed25519', secrets: [publicKey], headers, body: rawBody, nowSec }).ok;
}

function standardSignature({ headers, rawBody }: ReceivedRequest, secret: string): string {
  const at = new Date(Number(headers['webhook-timestamp']) * 1_000);
  return new Webhook(secret).sign(String(headers['webhook-id']), at, rawBody.toString());
}
