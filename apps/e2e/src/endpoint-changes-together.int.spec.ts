import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@postel/testing';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { Subscriptions } from './harness/subscriptions.js';

const changes = 60;

describe('the URL of an endpoint and its headers, changed at once', () => {
  let fleet: Fleet;
  let subscriptions: Subscriptions;
  beforeAll(async () => {
    fleet = await startFleet();
    subscriptions = new Subscriptions(fleet, 'together');
  }, fleetPatienceMs);
  afterAll(async () => {
    await subscriptions?.close();
    await fleet?.stop();
  }, fleetPatienceMs);

  it('never send one receiver the key of the other, while much is on its way', async () => {
    const other = await subscriptions.receiver();
    const subscription = await subscriptions.add({ headers: { 'x-key': 'one' }, maxInFlight: 50 });
    const { endpoint, receiver } = subscription;
    const targets = [
      { key: 'one', receiver },
      { key: 'other', receiver: other },
    ] as const;
    const arrived = () => receiver.arrivals.length + other.arrivals.length;
    let [published, isDone] = [0, false];
    const publishing = (async () => {
      while (!isDone) {
        // so few wait that each change meets attempts
        await waitUntil(() => published - arrived() < 100);
        published += (await subscriptions.publish(subscription, 20)).length;
      }
    })();
    const changing = (async () => {
      for (let n = 1; n <= changes; n++) {
        const { key, receiver: target } = targets[n % 2] as (typeof targets)[number];
        await fleet.api.updateEndpoint(endpoint.id, { url: target.url, headers: { 'x-key': key } });
        const seen = target.arrivals.length;
        await waitUntil(() => target.arrivals.length >= seen + 5);
      }
    })().finally(() => (isDone = true));
    await Promise.all([publishing, changing]);
    await waitUntil(() => arrived() >= published);
    for (const { key, receiver: target } of targets) {
      const keys = target.arrivals.map(({ headers }) => headers['x-key']);
      expect({ key, foreign: keys.filter((one) => one !== key).length }).toEqual({ key, foreign: 0 });
    }
  }, 120_000);
});
