import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { partitionOf } from '@postel/contracts';
import { waitUntil } from '@postel/testing';
import { repeatedIn, startCountingReceiver, type CountingReceiver } from './harness/counting-receiver.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { stopChild } from './harness/stop-child.js';

const [before, after] = [8, 2];

let fleet: Fleet;
let receiver: CountingReceiver;
beforeAll(async () => {
  fleet = await startFleet({ env: { POSTEL_PARTITIONS: String(before) } });
  receiver = await startCountingReceiver();
}, fleetPatienceMs);
afterAll(async () => {
  await receiver?.close();
  await fleet?.stop();
}, fleetPatienceMs);

it('delivers what lay in partitions that there are no more, once', async () => {
  const taken = new Set<number>();
  while (taken.size < before) {
    const { id } = await fleet.api.createEndpoint({ url: receiver.url, events: ['order.moved'] });
    const partition = partitionOf(id, before);
    if (taken.has(partition)) await fleet.api.deleteEndpoint(id);
    taken.add(partition);
  }
  await stopChild(fleet.service('deliverer'));
  const { id: eventId } = await fleet.api.publish({ type: 'order.moved', data: { object: {} } });
  await waitUntil(async () => (await fleet.api.deliveriesOfEvent(eventId)).length === before);

  // it has published by the time it ends
  for (const name of ['dispatcher', 'metrics'] as const) await stopChild(fleet.service(name));
  const settings = { POSTEL_PARTITIONS: String(after) };
  for (const name of ['metrics', 'deliverer', 'dispatcher'] as const) await fleet.restart(name, 0, settings);
  await waitUntil(() => receiver.arrivals.length >= before, {
    timeoutMs: 60_000,
    describe: 'every endpoint to get the event',
  });
  await waitUntil(
    async () => {
      const deliveries = await fleet.api.deliveriesOfEvent(eventId);
      return deliveries.length === before && deliveries.every(({ status }) => status === 'succeeded');
    },
    { timeoutMs: 30_000, describe: 'all of it to have succeeded' },
  );
  expect(receiver.arrivals).toHaveLength(before);
  expect(repeatedIn(receiver.arrivals)).toBe(before - 1); // of one event
}, 240_000);

it('keeps what a dispatcher publishes to partitions that no deliverer has yet, until one has them', async () => {
  const more = 2 * before;
  const { data } = (await fleet.api.request('GET', '/v1/endpoints')).json as { data: { id: string }[] };
  const served = data.filter(({ id }) => partitionOf(id, more) < before).length;
  // a roll in which the dispatchers come first
  await stopChild(fleet.service('dispatcher'));
  await fleet.restart('dispatcher', 0, { POSTEL_PARTITIONS: String(more) });
  const { id: eventId } = await fleet.api.publish({ type: 'order.moved', data: { object: { again: true } } });
  const arrived = () => receiver.arrivals.filter((arrival) => arrival.eventId === eventId).length;
  await waitUntil(async () => (await fleet.api.deliveriesOfEvent(eventId)).length === before);
  await waitUntil(() => arrived() === served);
  for (const name of ['deliverer', 'metrics'] as const) {
    await stopChild(fleet.service(name));
    await fleet.restart(name, 0, { POSTEL_PARTITIONS: String(more) });
  }
  await waitUntil(() => arrived() === before, {
    timeoutMs: 60_000,
    describe: 'every endpoint to get the event',
  });
}, 240_000);
