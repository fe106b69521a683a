import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Receiver } from '@postel/testing';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { createTenant } from './harness/tenant-client.js';

const patienceMs = 120_000;

interface Told {
  readonly id: string;
  readonly type: string;
  readonly data: {
    readonly object: { readonly endpointId: string; readonly metadata: { deliveryId?: string } };
  };
}

describe('two processes of dead-letter', () => {
  let fleet: Fleet;
  let operator: Receiver;
  beforeAll(async () => {
    fleet = await startFleet({ replicas: { 'dead-letter': 2 } });
    const { request } = await createTenant(fleet.api, 'operator');
    operator = await fleet.receiver();
    const body = { url: operator.url, events: ['postel.*'] };
    expect((await request('POST', '/v1/endpoints', { body })).status).toBe(201);
  }, fleetPatienceMs);
  afterAll(async () => {
    await fleet?.stop();
  }, fleetPatienceMs);

  /** What the operator was told, without repetitions, which it tells by the id. */
  function told(type: string): readonly Told[] {
    const all = operator.requests.map(({ rawBody }) => JSON.parse(rawBody.toString()) as Told);
    return [
      ...new Map(all.filter((event) => event.type === type).map((event) => [event.id, event])).values(),
    ];
  }

  it(
    'store and tell each dead letter once, and warn once, whichever of them is killed',
    async () => {
      const receiver = await fleet.receiver(() => ({ status: 400 }));
      const { id } = await fleet.api.createEndpoint({ url: receiver.url, events: ['order.dies'] });
      const publish = async (count: number) => {
        const object = (n: number) => ({ type: 'order.dies', data: { object: { n } } });
        await fleet.api.publishBatch(Array.from({ length: count }, (_, n) => object(n)));
      };
      const deadIds = async () =>
        (await fleet.api.deadLetters('limit=250')).data.map(({ deliveryId }) => deliveryId);
      const untilDead = (count: number) =>
        eventually(async () => ((await deadIds()).length >= count ? true : null), `${count} dead letters`, {
          timeoutMs: 60_000,
        });

      // each has its turn to die, whichever of them writes what
      for (const [round, replica] of [0, 1].entries()) {
        await publish(20);
        await receiver.waitFor(40 * round + 5, 30_000);
        await fleet.service('dead-letter', replica).kill();
        await publish(20);
        await receiver.waitFor(40 * round + 40, 30_000);
        await fleet.restart('dead-letter', replica);
        await untilDead(40 * round + 40);
      }

      const ids = await deadIds();
      expect([ids.length, new Set(ids).size]).toEqual([80, 80]);
      const deaths = () => told('postel.delivery.dead').map(({ data }) => data.object.metadata.deliveryId);
      await eventually(() => deaths().length >= 80 || null, 'the operator to be told of each', {
        timeoutMs: 60_000,
      });
      expect([...deaths()].sort()).toEqual([...ids].sort());
      const warnings = told('postel.endpoint.failing').map(({ data }) => data.object.endpointId);
      expect(warnings).toEqual([id]);
      expect(told('postel.endpoint.disabled')).toEqual([]);
    },
    patienceMs,
  );
});
