import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answerer, ReceivedRequest } from '@postel/testing';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DeadLetter, Delivery, Endpoint } from './harness/api-client.js';
import { attemptsOf } from './harness/attempts-of.js';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, type RunningPostel } from './harness/fleet.js';
import { verifySignatures } from './harness/signatures.js';
import { startTogether } from './harness/together.js';

const quick = { maxAttempts: 3, initialDelayMs: 200, multiplier: 2, jitter: 0 };
/** So late that no table, however far behind, misses that a delivery waits. */
const far = { schedule: [600_000] };
const oneAttempt = { maxAttempts: 1 };

describe('retries and dead letters', () => {
  let fleet: RunningPostel;
  beforeAll(async () => {
    fleet = await startTogether();
  }, fleetPatienceMs);
  afterAll(async () => {
    await fleet?.stop();
  }, fleetPatienceMs);

  let types = 0;
  /** A receiver that answers so, an endpoint for it, and an event type that nobody else has. */
  async function subscribed(answer: Answerer, settings: object = {}) {
    const receiver = await fleet.receiver(answer);
    const type = `order.case_${(types += 1)}`;
    const endpoint = await fleet.api.createEndpoint({
      url: receiver.url,
      events: [type],
      retry: quick,
      ...settings,
    });
    const publish = async (): Promise<string> =>
      (await fleet.api.publish({ type, data: { object: { case: type } } })).id;
    return { receiver, endpoint, publish };
  }

  function deliveryOf(eventId: string, status: Delivery['status'], attempts?: number): Promise<Delivery> {
    return eventually(async () => {
      const [delivery] = await fleet.api.deliveriesOfEvent(eventId);
      if (delivery?.status !== status) return null;
      return attempts === undefined || delivery.attempts === attempts ? delivery : null;
    }, `the delivery to be ${status}`);
  }

  function deadLetterOf(eventId: string): Promise<DeadLetter> {
    return eventually(
      async () => (await fleet.api.deadLetters(`eventId=${eventId}`)).data[0],
      'the dead letter',
    );
  }

  const attemptHeaders = (requests: readonly ReceivedRequest[]) =>
    requests.map(({ headers }) => headers['x-webhook-attempt']);

  it('tries again after 503, later each time, with the same bytes and id', async () => {
    const { receiver, endpoint, publish } = await subscribed((_request, n) => ({
      status: n < 3 ? 503 : 200,
      body: `answer ${n}`,
    }));
    const eventId = await publish();
    const requests = await receiver.waitFor(3);
    const delivery = await deliveryOf(eventId, 'succeeded');
    expect(requests).toHaveLength(3);
    for (const request of requests) verifySignatures(request, endpoint.secret);
    expect(attemptHeaders(requests)).toEqual(['1', '2', '3']);
    expect(new Set(requests.map(({ rawBody }) => rawBody.toString('hex'))).size).toBe(1);
    expect(new Set(requests.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([eventId]));
    expect(new Set(requests.map(({ headers }) => headers['x-webhook-delivery']))).toEqual(
      new Set([delivery.id]),
    );
    const [first, second, third] = requests.map(({ atMs }) => atMs) as [number, number, number];
    expect(second - first).toBeGreaterThanOrEqual(195);
    expect(third - second).toBeGreaterThanOrEqual(395);

    expect(delivery).toMatchObject({ attempts: 3, lastStatus: 200, lastError: null, nextAttemptAt: null });
    const attempts = await attemptsOf(fleet.api, delivery.id, 3);
    expect(
      attempts.map(({ number, outcome, response }) => [number, outcome, response?.status, response?.body]),
    ).toEqual([
      [1, 'retry', 503, 'answer 1'],
      [2, 'retry', 503, 'answer 2'],
      [3, 'succeeded', 200, 'answer 3'],
    ]);
    const figures = await eventually(async () => {
      const shown = await fleet.api.endpointStats(endpoint.id);
      return shown.successfulDeliveries === 1 ? shown : null;
    }, 'the figures');
    expect(figures.errorBreakdown).toEqual({ '503': 2 });
  });

  it('shows a delivery that waits as retrying, with its next attempt', async () => {
    const { publish, endpoint } = await subscribed(() => ({ status: 500 }), {
      retry: { schedule: [60_000] },
    });
    const delivery = await deliveryOf(await publish(), 'retrying');
    expect(delivery).toMatchObject({ attempts: 1, lastStatus: 500, completedAt: null });
    const waitMs = Date.parse(delivery.nextAttemptAt ?? '') - Date.parse(delivery.createdAt);
    expect(waitMs).toBeGreaterThanOrEqual(60_000);
    // whenever the first attempt was made
    expect(waitMs).toBeLessThan(120_000);
    const listed = await fleet.api.deliveries(`status=retrying&endpointId=${endpoint.id}`);
    expect(listed.data).toEqual([delivery]);
    const refused = await fleet.api.request('POST', `/v1/deliveries/${delivery.id}/retry`);
    expect([refused.status, refused.json]).toMatchObject([409, { code: 'delivery_not_finished' }]);
  });

  it('has the policy of the fleet again where an endpoint has none of its own any more', async () => {
    const { endpoint } = await subscribed(() => ({ status: 500 }), { retry: far });
    const { id } = await fleet.api.createEndpoint({ url: endpoint.url, events: ['order.never'] });
    const { retry } = await fleet.api.endpoint(id);
    await fleet.api.updateEndpoint(endpoint.id, { retry: null });
    expect((await fleet.api.endpoint(endpoint.id)).retry).toEqual(retry);
  });

  it('shows the next attempt as it is after a change of the policy, and none while the endpoint is paused', async () => {
    const { publish, endpoint } = await subscribed(() => ({ status: 500 }), { retry: far });
    const eventId = await publish();
    const before = await deliveryOf(eventId, 'retrying', 1);
    const farMs = Date.parse(before.nextAttemptAt ?? '');
    await fleet.api.updateEndpoint(endpoint.id, { retry: { schedule: [1_200_000] } });
    const shown = () => fleet.api.deliveriesOfEvent(eventId).then(([delivery]) => delivery?.nextAttemptAt);
    const later = new Date(farMs + 600_000).toISOString();
    await eventually(async () => (await shown()) === later, 'the time of the new policy');
    await fleet.api.setEndpoint(endpoint.id, 'pause');
    await eventually(async () => (await shown()) === null, 'no time');
    await fleet.api.setEndpoint(endpoint.id, 'enable');
    await eventually(async () => (await shown()) === later, 'the time again');
  });

  it('waits as long as Retry-After asks, where that is longer', async () => {
    const { receiver, publish } = await subscribed(
      (_request, n) => (n === 1 ? { status: 503, headers: { 'retry-after': '1' } } : { status: 200 }),
      { retry: { ...quick, initialDelayMs: 10 } },
    );
    await publish();
    const [first, second] = await receiver.waitFor(2);
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(990);
  });

  it('waits until the date that Retry-After names', async () => {
    const { receiver, publish } = await subscribed(
      (_request, n) =>
        n === 1
          ? { status: 429, headers: { 'retry-after': new Date(Date.now() + 2_000).toUTCString() } }
          : { status: 200 },
      { retry: { ...quick, initialDelayMs: 10 } },
    );
    await publish();
    const [first, second] = await receiver.waitFor(2);
    // the date has whole seconds
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(950);
  });

  it('waits as long as Retry-After asked under a changed policy, as far as that allows', async () => {
    const { receiver, publish, endpoint } = await subscribed(
      (_request, n) => (n === 1 ? { status: 503, headers: { 'retry-after': '1800' } } : { status: 200 }),
      { retry: far },
    );
    const eventId = await publish();
    const asked = await deliveryOf(eventId, 'retrying', 1);
    const shown = () => fleet.api.deliveriesOfEvent(eventId).then(([delivery]) => delivery?.nextAttemptAt);
    const changed = async (waitMs: number, expectedMs: number) => {
      await fleet.api.updateEndpoint(endpoint.id, { retry: { schedule: [waitMs] } });
      const at = new Date(Date.parse(asked.nextAttemptAt ?? '') + expectedMs).toISOString();
      await eventually(async () => (await shown()) === at, `its next attempt at ${at}`);
    };
    await changed(3_000_000, 1_200_000);
    await changed(500_000, 0);
    await fleet.api.updateEndpoint(endpoint.id, { retry: { ...quick, maxDelayMs: 100 } });
    expect(await receiver.waitFor(2)).toHaveLength(2);
  });

  it.each([
    ['far more than maxDelayMs', '99999999999'],
    ['a date in a hundred years', 'Fri, 01 Jan 2126 00:00:00 GMT'],
    ['a date that has passed', 'Thu, 01 Jan 1970 00:00:00 GMT'],
    ['a negative number', '-5'],
    ['nonsense', 'soon'],
  ])('is not put off for long by a Retry-After that is %s', async (_name, value) => {
    const { receiver, publish } = await subscribed(
      (_request, n) => (n === 1 ? { status: 503, headers: { 'retry-after': value } } : { status: 200 }),
      { retry: { ...quick, initialDelayMs: 50, maxDelayMs: 300 } },
    );
    await publish();
    expect(await receiver.waitFor(2)).toHaveLength(2);
  });

  it('waits 5 s first under the preset of Standard Webhooks, and retries every status but 410', async () => {
    const { endpoint, publish } = await subscribed(() => ({ status: 404 }), {
      retry: { preset: 'standard-webhooks' },
    });
    expect(endpoint.retry).toEqual({ preset: 'standard-webhooks' });
    const delivery = await deliveryOf(await publish(), 'retrying', 1);
    const [attempt] = await attemptsOf(fleet.api, delivery.id, 1);
    const endedMs = Date.parse(attempt?.startedAt ?? '') + (attempt?.durationMs ?? 0);
    const waitMs = Date.parse(delivery.nextAttemptAt ?? '') - endedMs;
    expect(waitMs).toBeGreaterThanOrEqual(4_990);
    // the next wait is of 5 minutes
    expect(waitMs).toBeLessThan(60_000);
  });

  it('puts an exhausted delivery among the dead letters, and redrives it', async () => {
    const { receiver, endpoint, publish } = await subscribed(() => ({ status: 500, body: 'broken' }));
    const eventId = await publish();
    const dead = await deadLetterOf(eventId);
    expect(receiver.requests).toHaveLength(3);
    const delivery = await deliveryOf(eventId, 'dead');
    expect(dead).toMatchObject({
      deliveryId: delivery.id,
      eventId,
      endpointId: endpoint.id,
      reason: 'exhausted',
      lastStatus: 500,
      attempts: 3,
    });
    expect(dead.id).toMatch(/^dl_/);
    expect(dead.payload).toBeUndefined();
    expect(await fleet.api.deadLetter(dead.id)).toMatchObject({ id: dead.id, reason: 'exhausted' });
    expect((await fleet.api.deadLetters(`reason=exhausted&endpointId=${endpoint.id}`)).data).toEqual([dead]);
    expect((await fleet.api.endpointStats(endpoint.id)).deadLetters).toBe(1);

    receiver.setAnswer(() => ({ status: 200 }));
    expect(await fleet.api.redrive(dead.id)).toBe(1);
    const redriven = await deliveryOf(eventId, 'succeeded');
    expect(redriven).toMatchObject({ id: delivery.id, attempts: 4 });
    const requests = await receiver.waitFor(4);
    expect(attemptHeaders(requests)).toEqual(['1', '2', '3', '4']);
    expect(requests[3]?.rawBody).toEqual(requests[0]?.rawBody);
    expect(requests[3]?.headers['webhook-id']).toBe(eventId);
    expect(await attemptsOf(fleet.api, delivery.id, 4)).toHaveLength(4);
    await eventually(
      async () => ((await fleet.api.deadLetters(`eventId=${eventId}`)).data.length === 0 ? true : null),
      'the dead letter to be gone',
    );
  });

  it('redrives by filter, and gives a redriven delivery all its attempts again', async () => {
    const { receiver, endpoint, publish } = await subscribed(() => ({ status: 500 }), {
      retry: { ...quick, maxAttempts: 2, initialDelayMs: 20 },
    });
    const ids = [await publish(), await publish(), await publish()];
    for (const id of ids) await deadLetterOf(id);
    expect(await fleet.api.redriveAll({ endpointId: endpoint.id, reason: 'gone' })).toBe(0);
    expect(await fleet.api.redriveAll({ endpointId: endpoint.id })).toBe(3);
    await receiver.waitFor(12);
    for (const id of ids) expect((await deliveryOf(id, 'dead', 4)).attempts).toBe(4);
    expect(receiver.requests).toHaveLength(12);
  });

  it('retries a delivery by hand, whether it died or succeeded', async () => {
    const { receiver, publish } = await subscribed((_request, n) => ({ status: n === 1 ? 400 : 200 }));
    const eventId = await publish();
    const dead = await deliveryOf(eventId, 'dead');
    const reopened = await fleet.api.retry(dead.id);
    expect(reopened).toMatchObject({ id: dead.id, status: 'retrying', completedAt: null });
    expect(await deliveryOf(eventId, 'succeeded', 2)).toMatchObject({ id: dead.id, lastStatus: 200 });
    await fleet.api.retry(dead.id);
    await deliveryOf(eventId, 'succeeded', 3);
    expect(attemptHeaders(receiver.requests)).toEqual(['1', '2', '3']);
  });

  it('disables an endpoint that answers 410, and makes no more deliveries for it', async () => {
    const { receiver, endpoint, publish } = await subscribed(() => ({ status: 410 }));
    const eventId = await publish();
    expect(await deadLetterOf(eventId)).toMatchObject({ reason: 'gone', lastStatus: 410, attempts: 1 });
    const disabled = await eventually(async () => {
      const shown = await fleet.api.endpoint(endpoint.id);
      return shown.status === 'disabled' ? shown : null;
    }, 'the endpoint to be disabled');
    expect(disabled.disabledReason).toBe('gone');
    const dead = await deadLetterOf(eventId);
    await deliveryOf(eventId, 'dead'); // the two tables lag each by itself
    for (const path of [
      `/v1/dead-letters/${dead.id}/redrive`,
      `/v1/deliveries/${dead.deliveryId}/retry`,
      `/v1/endpoints/${endpoint.id}/test`,
    ]) {
      const refused = await fleet.api.request('POST', path);
      expect({ path, status: refused.status, json: refused.json }).toMatchObject({
        status: 409,
        json: { code: 'endpoint_not_active' },
      });
    }
    const later = await publish();
    await eventually(() => fleet.api.event(later), 'the later event');
    expect(await fleet.api.deliveriesOfEvent(later)).toEqual([]);
    expect(receiver.requests).toHaveLength(1);

    receiver.setAnswer(() => ({ status: 200 }));
    const enabled = await fleet.api.setEndpoint(endpoint.id, 'enable');
    expect(enabled).toMatchObject({ status: 'active', disabledReason: null });
    await fleet.api.redrive(dead.id);
    await deliveryOf(eventId, 'succeeded');
  });

  it.each([400, 401, 404, 422, 501])('gives up at once on %i', async (status) => {
    const { receiver, publish } = await subscribed(() => ({ status }));
    const dead = await deadLetterOf(await publish());
    expect(dead).toMatchObject({ reason: 'non_retryable', lastStatus: status, attempts: 1 });
    expect(receiver.requests).toHaveLength(1);
  });

  it.each([300, 301, 302, 303, 304, 307, 308])('follows no redirect: %i', async (status) => {
    const elsewhere = await fleet.receiver();
    const { receiver, publish } = await subscribed(() => ({
      status,
      headers: { location: elsewhere.url },
    }));
    const dead = await deadLetterOf(await publish());
    expect(dead).toMatchObject({ reason: 'non_retryable', lastStatus: status, attempts: 1 });
    expect(receiver.requests).toHaveLength(1);
    expect(elsewhere.requests).toHaveLength(0);
  });

  it('ends an exchange that hangs, and one that trickles, at timeoutMs', async () => {
    const settings = { timeoutMs: 300, retry: oneAttempt };
    const trickling = createServer((_request, response) => {
      response.writeHead(200).flushHeaders();
      const drip = setInterval(() => response.write('.'), 50);
      response.on('close', () => clearInterval(drip));
    }).listen(0, '127.0.0.1');
    await once(trickling, 'listening');
    const { port } = trickling.address() as AddressInfo;
    const silent = await subscribed(() => 'hang', settings);
    const slow = await subscribed(() => 'hang', { ...settings, url: `http://127.0.0.1:${port}` });
    for (const [{ publish }, lastStatus] of [
      [silent, null],
      [slow, 200],
    ] as const) {
      const dead = await deadLetterOf(await publish());
      expect(dead).toMatchObject({
        reason: 'exhausted',
        lastStatus,
        lastError: { code: 'timeout' },
        attempts: 1,
      });
      const [attempt] = await attemptsOf(fleet.api, dead.deliveryId ?? '', 1);
      expect(attempt).toMatchObject({ error: { code: 'timeout' }, outcome: 'dead' });
      expect(attempt?.durationMs).toBeGreaterThanOrEqual(290);
      // without it the exchange may last 10 s
      expect(attempt?.durationMs).toBeLessThan(5_000);
    }
    const figures = await fleet.api.endpointStats(silent.endpoint.id);
    expect(figures.errorBreakdown).toEqual({ timeout: 1 });
    trickling.closeAllConnections();
    trickling.close();
  });

  it('tells a refused connection and a broken one by their codes', async () => {
    const gone = await fleet.receiver();
    await gone.close();
    const refused = await subscribed(() => ({}), { url: gone.url, retry: oneAttempt });
    const broken = await subscribed(() => 'reset', { retry: oneAttempt });
    expect((await deadLetterOf(await refused.publish())).lastError?.code).toBe('connection_refused');
    expect((await deadLetterOf(await broken.publish())).lastError?.code).toMatch(/^connection_/);
  });

  it('keeps what is for a paused endpoint, and delivers it once it is enabled', async () => {
    const { receiver, endpoint, publish } = await subscribed(() => ({ status: 200 }));
    expect((await fleet.api.setEndpoint(endpoint.id, 'pause')).status).toBe('paused');
    const ids = [await publish(), await publish()];
    for (const id of ids) {
      const waiting = await eventually(async () => (await fleet.api.deliveriesOfEvent(id))[0], 'a delivery');
      expect(['pending', 'retrying']).toContain(waiting.status);
    }
    // something that overtakes it shows that it is not merely slow
    const other = await subscribed(() => ({ status: 200 }));
    await other.publish();
    await other.receiver.waitFor(1);
    expect(receiver.requests).toHaveLength(0);
    await fleet.api.setEndpoint(endpoint.id, 'enable');
    for (const id of ids) expect((await deliveryOf(id, 'succeeded')).attempts).toBe(1);
    expect(receiver.requests.map(({ headers }) => headers['webhook-id']).sort()).toEqual([...ids].sort());
    expect(attemptHeaders(receiver.requests)).toEqual(['1', '1']);
  });

  it('ends what still waits for a deleted endpoint', async () => {
    const { receiver, endpoint, publish } = await subscribed(() => ({ status: 503 }), { retry: far });
    const eventId = await publish();
    const delivery = await deliveryOf(eventId, 'retrying');
    await fleet.api.deleteEndpoint(endpoint.id);
    expect((await fleet.api.request('GET', `/v1/endpoints/${endpoint.id}`)).status).toBe(404);
    expect(await deadLetterOf(eventId)).toMatchObject({ reason: 'endpoint_deleted', attempts: 1 });
    expect(receiver.requests).toHaveLength(1);
    expect((await deliveryOf(eventId, 'dead')).id).toBe(delivery.id);
    const refused = await fleet.api.request('POST', `/v1/deliveries/${delivery.id}/retry`);
    expect([refused.status, refused.json]).toMatchObject([404, { code: 'endpoint_not_found' }]);
  });

  it('ends what still waits for an endpoint that was disabled by hand', async () => {
    const { receiver, endpoint, publish } = await subscribed(() => ({ status: 503 }), { retry: far });
    const eventId = await publish();
    await deliveryOf(eventId, 'retrying');
    const disabled: Endpoint = await fleet.api.setEndpoint(endpoint.id, 'disable');
    expect(disabled).toMatchObject({ status: 'disabled', disabledReason: 'manual' });
    expect(await deadLetterOf(eventId)).toMatchObject({ reason: 'endpoint_disabled', attempts: 1 });
    expect(receiver.requests).toHaveLength(1);
  });

  it('uses a changed URL and policy for what still waits', async () => {
    const { receiver, endpoint, publish } = await subscribed(() => ({ status: 503 }), { retry: far });
    const eventId = await publish();
    await deliveryOf(eventId, 'retrying');
    const moved = await fleet.receiver();
    await fleet.api.updateEndpoint(endpoint.id, { url: `${moved.url}/new`, retry: { schedule: [100] } });
    expect((await deliveryOf(eventId, 'succeeded')).attempts).toBe(2);
    expect(receiver.requests).toHaveLength(1);
    expect(moved.requests.map(({ path }) => path)).toEqual(['/new']);
  });
});
