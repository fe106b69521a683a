import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@postel/testing';
import type { Delivery, Endpoint } from './harness/api-client.js';
import { repeatedIn, type CountedAnswerer } from './harness/counting-receiver.js';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, serviceNames, startFleet, type Fleet } from './harness/fleet.js';
import { metric } from './harness/metric.js';
import { Subscriptions, type Subscription } from './harness/subscriptions.js';

const circuit = { failures: 5, overMs: 200, openMs: 1_000, maxOpenMs: 8_000 };
const patienceMs = 120_000;

interface OpenedSubscription extends Subscription {
  readonly ids: readonly string[];
  /** As it was shown when its circuit was seen to be open. */
  readonly shown: Endpoint;
  /** When nothing was sent yet. */
  readonly beganMs: number;
}

describe('circuits', () => {
  let fleet: Fleet;
  let subscriptions: Subscriptions;
  beforeAll(async () => {
    fleet = await startFleet({ env: { POSTEL_CIRCUIT: JSON.stringify(circuit) } });
    subscriptions = new Subscriptions(fleet, 'circuit');
  }, fleetPatienceMs);
  afterAll(async () => {
    await subscriptions?.close();
    await fleet?.stop();
  }, fleetPatienceMs);

  const subscribed = (answer: CountedAnswerer, settings: object = {}): Promise<Subscription> =>
    subscriptions.add({ retry: { schedule: Array.from({ length: 20 }, () => 100) }, ...settings }, answer);
  const publish = (to: Pick<Subscription, 'type'>, count: number) => subscriptions.publish(to, count);

  const down: CountedAnswerer = () => ({ status: 503 });
  const well: CountedAnswerer = () => ({ status: 200 });

  function untilCircuit(
    { endpoint }: Pick<Subscription, 'endpoint'>,
    state: Endpoint['circuit']['state'],
  ): Promise<Endpoint> {
    return eventually(async () => {
      const shown = await fleet.api.endpoint(endpoint.id);
      return shown.circuit.state === state ? shown : null;
    }, `the circuit to be ${state}`);
  }

  /** A few deliveries to a receiver that is down, until it is known to be. */
  async function opened(settings: object = {}): Promise<OpenedSubscription> {
    const subscription = await subscribed(down, settings);
    const beganMs = Date.now();
    const ids = await publish(subscription, 3);
    const shown = await untilCircuit(subscription, 'open');
    await waitUntil(() => subscription.receiver.open === 0);
    return { ...subscription, ids, shown, beganMs };
  }

  /** Until the next probe is far enough away that it cannot be what is seen. @returns when it is */
  function farProbe({ id }: Endpoint): Promise<number> {
    return eventually(
      async () => {
        const { nextProbeAt } = (await fleet.api.endpoint(id)).circuit;
        const atMs = Date.parse(nextProbeAt ?? '');
        return atMs - Date.now() > 6_000 ? atMs : null;
      },
      'a long wait for the next probe',
      { timeoutMs: 60_000 },
    );
  }

  async function untilAllSucceeded(endpointId: string, count: number): Promise<readonly Delivery[]> {
    return eventually(
      async () => {
        const rows = await fleet.api.all((query) => fleet.api.deliveries(query), `endpointId=${endpointId}`);
        return rows.length === count && rows.every(({ status }) => status === 'succeeded') ? rows : null;
      },
      'all to succeed',
      { timeoutMs: 30_000 },
    );
  }

  const openCircuits = () => metric(fleet.operationsUrl('deliverer'), 'circuits_open');

  it(
    'opens after failures, sends nothing but single probes, and lets everything go once the receiver is well',
    async () => {
      const { receiver, endpoint, type, ids, shown, beganMs } = await opened();
      expect(shown.status).toBe('active');
      const probeAtMs = Date.parse(shown.circuit.nextProbeAt ?? '');
      expect(probeAtMs).toBeGreaterThanOrEqual(beganMs + circuit.openMs);
      expect(probeAtMs).toBeLessThanOrEqual(Date.now() + circuit.maxOpenMs);
      await waitUntil(async () => (await openCircuits()) === 1, { describe: 'the metric to show it' });

      const before = receiver.arrivals.length;
      receiver.resetMostOpen();
      // a probe takes its time: another must not begin meanwhile
      receiver.setAnswer(() => ({ status: 503, delayMs: 300 }));
      const later = await publish({ type }, 40);
      await eventually(async () => {
        const rows = await fleet.api.all(
          (query) => fleet.api.deliveries(query),
          `endpointId=${endpoint.id}&status=pending`,
        );
        // but for those that were probes by then
        return rows.length >= 30 && rows.every(({ attempts }) => attempts === 0) ? rows : null;
      }, 'what came while it is open to wait without an attempt');
      await waitUntil(() => receiver.arrivals.length >= before + 2, {
        describe: 'two probes',
        timeoutMs: 30_000,
      });
      const probes = receiver.arrivals.slice(before);
      expect(receiver.mostOpen).toBe(1);
      expect((probes[1]?.atMs ?? 0) - (probes[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(circuit.openMs + 300);

      receiver.setAnswer(well);
      await untilAllSucceeded(endpoint.id, ids.length + later.length);
      expect((await untilCircuit({ endpoint }, 'closed')).circuit.nextProbeAt ?? null).toBeNull();
      await waitUntil(async () => (await openCircuits()) === 0, { describe: 'the metric to forget it' });
      // attempts: until it opened, one a probe, and one of each in the end; without a circuit 20 of each
      const attempts = receiver.arrivals.length;
      expect(attempts).toBeLessThanOrEqual(5 + 3 + 20 + 43);
    },
    patienceMs,
  );

  it(
    'spends no attempts on what was under way when it opened',
    async () => {
      const subscription = await subscribed(() => ({ status: 503, delayMs: 100 }), { maxInFlight: 2 });
      await publish(subscription, 30);
      await untilCircuit(subscription, 'open');
      await waitUntil(() => subscription.receiver.open === 0);
      // five failures, and at most one more that was open beside the fifth, and the probes until it was seen
      expect(subscription.receiver.arrivals.length).toBeLessThanOrEqual(12);
      subscription.receiver.setAnswer(well);
      await untilAllSucceeded(subscription.endpoint.id, 30);
    },
    patienceMs,
  );

  it(
    'lets a delivery through that someone retries by hand',
    async () => {
      const subscription = await subscribed(well);
      const { receiver, endpoint } = subscription;
      const [eventId] = await publish(subscription, 1);
      const [delivery] = await untilAllSucceeded(endpoint.id, 1);
      receiver.setAnswer(down);
      await publish(subscription, 3);
      const probeAtMs = await farProbe(endpoint);
      receiver.setAnswer(well);
      await fleet.api.retry((delivery as Delivery).id);
      const again = await eventually(
        () => receiver.arrivals.filter((arrival) => arrival.eventId === eventId)[1],
        'the retry',
      );
      expect(again.atMs).toBeLessThan(probeAtMs);
      expect(again.headers['x-webhook-attempt']).toBe('2');
      // it succeeded, so that everything else may go
      await untilAllSucceeded(endpoint.id, 4);
    },
    patienceMs,
  );

  it(
    'tries at once when someone retries an ordered delivery by hand, and sends what has to go first',
    async () => {
      const { receiver, endpoint, type } = await subscribed(well, { ordering: 'key' });
      const publishOne = () => fleet.api.publish({ type, orderingKey: 'k', data: { object: {} } });
      const { id: eventId } = await publishOne();
      const [delivery] = await untilAllSucceeded(endpoint.id, 1);
      receiver.setAnswer(down);
      await publishOne();
      await publishOne();
      const probeAtMs = await farProbe(endpoint);
      const before = receiver.arrivals.length;
      receiver.setAnswer(well);
      await fleet.api.retry((delivery as Delivery).id);
      await waitUntil(() => receiver.arrivals.length >= before + 3, { describe: 'all of the key' });
      const came = receiver.arrivals.slice(before);
      expect(came[2]?.atMs).toBeLessThan(probeAtMs);
      expect(came.map(({ headers }) => headers['webhook-sequence'])).toEqual(['2', '1', '3']);
      expect(came[1]?.eventId).toBe(eventId);
      await untilCircuit({ endpoint }, 'closed');
    },
    patienceMs,
  );

  it(
    'lets a test event through, whose success closes it',
    async () => {
      const { endpoint, receiver, ids } = await opened();
      const probeAtMs = await farProbe(endpoint);
      receiver.setAnswer(well);
      const { json } = await fleet.api.request('POST', `/v1/endpoints/${endpoint.id}/test`, {});
      const { eventId } = json as { eventId: string };
      const arrival = await eventually(
        () => receiver.arrivals.find((one) => one.eventId === eventId),
        'the test event',
      );
      expect(arrival.atMs).toBeLessThan(probeAtMs);
      await untilAllSucceeded(endpoint.id, ids.length + 1);
    },
    patienceMs,
  );

  it(
    'closes when the URL is changed',
    async () => {
      const { endpoint, ids, receiver } = await opened();
      const moved = await subscriptions.receiver(well);
      const before = receiver.arrivals.length;
      await fleet.api.updateEndpoint(endpoint.id, { url: moved.url });
      await untilAllSucceeded(endpoint.id, ids.length);
      await untilCircuit({ endpoint }, 'closed');
      // one at most was on its way already
      expect(receiver.arrivals.length - before).toBeLessThanOrEqual(1);
      expect(repeatedIn(moved.arrivals)).toBe(0);
    },
    patienceMs,
  );

  it(
    'stays open over a restart of all services',
    async () => {
      const subscription = await opened();
      const { endpoint, receiver, ids } = subscription;
      const before = (await fleet.api.endpoint(endpoint.id)).circuit;
      await Promise.all(serviceNames.map((name) => fleet.service(name).kill()));
      const arrivals = receiver.arrivals.length;
      receiver.resetMostOpen();
      await Promise.all(serviceNames.map((name) => fleet.restart(name)));
      const after = (await fleet.api.endpoint(endpoint.id)).circuit;
      expect(after.state).not.toBe('closed');
      expect(before.state).not.toBe('closed');
      const later = await publish(subscription, 20);
      await waitUntil(() => receiver.arrivals.length > arrivals, { describe: 'a probe', timeoutMs: 30_000 });
      expect(receiver.mostOpen).toBe(1);
      receiver.setAnswer(well);
      await untilAllSucceeded(endpoint.id, ids.length + later.length);
    },
    patienceMs,
  );
});
