import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Delivery } from '../harness/api-client.js';
import { attemptsOf, attemptsWithBodies } from '../harness/attempts-of.js';
import { eventIdOf } from '../harness/event-id-of.js';
import { eventually } from '../harness/eventually.js';
import { fleetPatienceMs, type RunningPostel } from '../harness/fleet.js';
import { verifySignatures } from '../harness/signatures.js';
import { startTogether } from '../harness/together.js';

const patienceMs = 120_000;
const type = 'order.exhausted';
const retry = { maxAttempts: 3, initialDelayMs: 100, multiplier: 1, jitter: 0 };

describe('an endpoint that fails until its deliveries are exhausted, is understood, repaired and redriven', () => {
  let fleet: RunningPostel;
  beforeAll(async () => {
    fleet = await startTogether();
  }, fleetPatienceMs);
  afterAll(() => fleet?.stop(), fleetPatienceMs);

  const deliveriesOnce = (endpointId: string, status: Delivery['status'], count: number) =>
    eventually(
      async () => {
        const rows = await fleet.api.all((query) => fleet.api.deliveries(query), `endpointId=${endpointId}`);
        return rows.length === count && rows.every((row) => row.status === status) ? rows : null;
      },
      `${count} deliveries to be ${status}`,
      { timeoutMs: 30_000 },
    );

  it(
    'gets every event in the end, under its first id, and all figures agree',
    async () => {
      const { api } = fleet;
      const broken = await fleet.receiver(() => ({
        status: 500,
        headers: { 'x-why': 'no table' },
        body: 'relation "orders" does not exist',
      }));
      const healthy = await fleet.receiver();
      const bystander = await api.createEndpoint({ url: healthy.url, events: [type] });
      const endpoint = await api.createEndpoint({ url: `${broken.url}/old`, events: [type], retry });
      const ids = ['first', 'second', 'third', 'fourth', 'fifth'];
      for (const id of ids) await api.publish({ id, type, data: { object: { id } } });
      const dead = await deliveriesOnce(endpoint.id, 'dead', ids.length);

      // why, from the event to the answer of the receiver
      expect(broken.requests).toHaveLength(3 * ids.length);
      for (const id of ids) {
        const own = (await api.deliveriesOfEvent(id)).find(({ endpointId }) => endpointId === endpoint.id);
        expect(own).toMatchObject({ eventId: id, type, status: 'dead', attempts: 3, lastStatus: 500 });
        expect(own).toMatchObject({ nextAttemptAt: null, completedAt: expect.any(String) });
        const attempts = await attemptsWithBodies(api, own?.id ?? '', 3);
        expect(attempts.map(({ number, outcome }) => [number, outcome])).toEqual([
          [1, 'retry'],
          [2, 'retry'],
          [3, 'dead'],
        ]);
        for (const attempt of attempts) {
          const asSent = broken.requests.find(
            ({ headers }) =>
              headers['webhook-id'] === id && headers['x-webhook-attempt'] === String(attempt.number),
          );
          expect(attempt.request).toMatchObject({
            url: `${broken.url}/old`,
            headers: { 'webhook-id': id, 'x-webhook-attempt': String(attempt.number) },
            body: asSent?.rawBody.toString(),
          });
          expect(attempt.response).toMatchObject({
            status: 500,
            headers: { 'x-why': 'no table' },
            body: 'relation "orders" does not exist',
            truncated: false,
          });
          expect(attempt.durationMs).toBeGreaterThan(0);
          expect(attempt.timing).toMatchObject({ firstByteMs: expect.any(Number) });
        }
      }
      const deadLetters = await eventually(async () => {
        const { data } = await api.deadLetters(`endpointId=${endpoint.id}&reason=exhausted`);
        return data.length === ids.length ? data : null;
      }, 'the dead letters');
      for (const letter of deadLetters) {
        expect(letter).toMatchObject({ reason: 'exhausted', lastStatus: 500, attempts: 3 });
        expect(dead.find(({ id }) => id === letter.deliveryId)).toMatchObject({ eventId: letter.eventId });
      }
      const failing = await eventually(async () => {
        const stats = await api.endpointStats(endpoint.id);
        return stats.failedDeliveries === ids.length ? stats : null;
      }, 'the figures of the failure');
      expect(failing).toMatchObject({
        totalDeliveries: ids.length,
        successfulDeliveries: 0,
        successRate: 0,
        errorBreakdown: { '500': 3 * ids.length },
        deadLetters: ids.length,
      });

      // repaired, and at once redriven: the one follows the other without a pause
      await api.updateEndpoint(endpoint.id, { url: `${healthy.url}/new` });
      expect(await api.redriveAll({ endpointId: endpoint.id, reason: 'exhausted' })).toBe(ids.length);
      const requests = () => healthy.requests.filter(({ path }) => path === '/new');
      await eventually(() => requests().length >= ids.length || null, 'the redriven requests', {
        timeoutMs: 30_000,
      });
      const redriven = await deliveriesOnce(endpoint.id, 'succeeded', ids.length);
      expect(requests().map(eventIdOf).sort()).toEqual([...ids].sort());
      for (const request of requests()) {
        verifySignatures(request, endpoint.secret);
        const before = broken.requests.find((one) => eventIdOf(one) === eventIdOf(request));
        expect(request.rawBody.equals(before?.rawBody ?? Buffer.alloc(0))).toBe(true);
      }
      expect(broken.requests).toHaveLength(3 * ids.length);
      // the same deliveries, with one more attempt each
      expect(redriven.map(({ id }) => id).sort()).toEqual(dead.map(({ id }) => id).sort());
      for (const { id } of redriven) {
        const last = (await attemptsOf(api, id, 4)).at(-1);
        expect(last).toMatchObject({
          number: 4,
          outcome: 'succeeded',
          request: { url: `${healthy.url}/new` },
        });
      }

      // nothing is in two places
      await eventually(
        async () => ((await api.deadLetters(`endpointId=${endpoint.id}`)).data.length === 0 ? true : null),
        'the dead letters to be gone',
      );
      expect(await api.redriveAll({ endpointId: endpoint.id })).toBe(0);
      const repaired = await eventually(async () => {
        const stats = await api.endpointStats(endpoint.id);
        return stats.successfulDeliveries === ids.length ? stats : null;
      }, 'the figures of the repair');
      expect(repaired).toMatchObject({
        totalDeliveries: ids.length,
        failedDeliveries: 0,
        successRate: 1,
        errorBreakdown: { '500': 3 * ids.length },
        deadLetters: 0,
      });
      await deliveriesOnce(bystander.id, 'succeeded', ids.length);
      expect(await api.stats()).toMatchObject({
        totalDeliveries: 2 * ids.length,
        successfulDeliveries: 2 * ids.length,
        failedDeliveries: 0,
        deadLetters: 0,
      });
    },
    patienceMs,
  );
});
