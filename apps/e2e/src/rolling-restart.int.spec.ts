import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ConservationAnswer } from '@postel/contracts';
import { Api } from './harness/api-client.js';
import { repeatedIn, startCountingReceiver, type CountingReceiver } from './harness/counting-receiver.js';
import { eventually } from './harness/eventually.js';
import { adminToken, startFleet, type Fleet, type ServiceName } from './harness/fleet.js';
import { startLoadBalancer, type LoadBalancer } from './harness/load-balancer.js';
import { connectProducer, type NatsProducer } from './harness/nats-producer.js';
import { startSteadyLoad, type SteadyLoad } from './harness/steady-load.js';
import { stopChild } from './harness/stop-child.js';

const patienceMs = 300_000;
const type = 'order.rolled';
/** A service that no load balancer sends anything has nobody to wait for. */
const nobodyAsks = { POSTEL_STOP_GRACE_SECONDS: '0' };
const balanced = ['ingest', 'metrics', 'dead-letter'] as const satisfies readonly ServiceName[];

let fleet: Fleet;
let producer: NatsProducer;
let api: Api;
let plain: CountingReceiver;
let flaky: CountingReceiver;
const balancers = new Map<ServiceName, LoadBalancer>();

beforeAll(async () => {
  for (const name of balanced) balancers.set(name, await startLoadBalancer());
  fleet = await startFleet({
    readyWithinMs: patienceMs,
    env: {
      POSTEL_STOP_GRACE_SECONDS: '5', // as it is where nobody sets it
      POSTEL_METRICS_URL: balancerOf('metrics').url,
      POSTEL_DEAD_LETTER_URL: balancerOf('dead-letter').url,
    },
    envOf: { dispatcher: nobodyAsks, deliverer: nobodyAsks },
  });
  for (const name of balanced) serve(name, [0]);
  await Promise.all([...balancers.values()].map((balancer) => balancer.untilReady(1)));
  api = new Api(balancerOf('ingest').url, adminToken);
  producer = await connectProducer(fleet.nats.url);
  plain = await startCountingReceiver();
  flaky = await startCountingReceiver(({ headers }) => ({
    status: headers['x-webhook-attempt'] === '1' ? 503 : 200,
  }));
}, patienceMs);
afterAll(async () => {
  await Promise.all([producer?.close(), plain?.close(), flaky?.close()]);
  await Promise.all([...balancers.values()].map((balancer) => balancer.close()));
  await fleet?.stop();
}, patienceMs);

const balancerOf = (name: ServiceName) => balancers.get(name) as LoadBalancer;

function serve(name: ServiceName, replicas: readonly number[]): void {
  balancers.get(name)?.serve(replicas.map((replica) => fleet.apiOf(name, replica).url));
}

/** As a Deployment does: the new one is ready before the old one is told to stop. */
async function roll(name: ServiceName): Promise<void> {
  await fleet.restart(name, 1);
  serve(name, [1, 0]);
  await balancers.get(name)?.untilReady(2);
  await stopChild(fleet.service(name, 0));
  serve(name, [1]);
}

/** The other way round: for a while there is none, and what comes waits. */
async function replace(name: ServiceName): Promise<void> {
  await stopChild(fleet.service(name, 1));
  await fleet.restart(name, 1);
}

function startLoads(): Readonly<Record<string, SteadyLoad>> {
  return {
    http: startSteadyLoad('http', 30, (id) => api.publish({ id, type, data: { object: { id } } })),
    nats: startSteadyLoad('nats', 15, (id) =>
      producer.publish(type, JSON.stringify({ id }), { 'Nats-Msg-Id': id }),
    ),
    lists: startSteadyLoad('lists', 4, () => api.deliveries('limit=5')),
    deadLetters: startSteadyLoad('dead-letters', 4, () => api.deadLetters('limit=5')),
  };
}

const missingOf = ({ arrivals }: CountingReceiver, ids: readonly string[]) => {
  const came = new Set(arrivals.map(({ eventId }) => eventId));
  return ids.filter((id) => !came.has(id));
};

it(
  'loses nothing, fails no request and delivers every event while each process of each service is replaced',
  async () => {
    const retry = { schedule: [200, 1_000, 1_000, 1_000] };
    await api.createEndpoint({ url: plain.url, events: [type], retry });
    await api.createEndpoint({ url: flaky.url, events: [type], retry });
    const loads = startLoads();
    // one after the other: a machine of two cores is not to be measured here
    for (const name of ['ingest', 'dispatcher', 'deliverer', 'dead-letter', 'metrics'] as const)
      await roll(name);
    for (const name of ['dispatcher', 'deliverer'] as const) await replace(name);
    await Promise.all(Object.values(loads).map((load) => load.stop()));

    expect(Object.values(loads).flatMap(({ failures }) => failures)).toEqual([]);
    expect([...balancers.values()].map((balancer) => balancer.refused())).toEqual([0, 0, 0]);
    const ids = [...(loads['http']?.succeeded ?? []), ...(loads['nats']?.succeeded ?? [])];
    await eventually(
      () => (missingOf(plain, ids).length + missingOf(flaky, ids).length === 0 ? true : null),
      'every event to come to both receivers',
      { timeoutMs: 60_000 },
    );

    const all = 2 * ids.length;
    const figures = await eventually(
      async () => {
        const answer = (await api.request('GET', '/v1/conservation')).json as ConservationAnswer;
        return answer.events.accepted === ids.length && answer.deliveries.succeeded === all ? answer : null;
      },
      'the figures to be level',
      { timeoutMs: 90_000 },
    );
    expect(figures.events).toMatchObject({ fannedOut: ids.length, difference: 0, lost: [] });
    expect(figures.deliveries).toMatchObject({ created: all, dead: 0, difference: 0 });
    expect((await api.deadLetters()).data).toEqual([]);
    // at least once: who stops hands over what it has not begun, and repeats nothing that it has
    const repeated = [repeatedIn(plain.arrivals), repeatedIn(flaky.arrivals) - ids.length];
    process.stdout.write(`${ids.length} events; repeated requests: ${repeated.join(' and ')}\n`);
    expect(Math.max(...repeated)).toBeLessThanOrEqual(ids.length / 100);
  },
  patienceMs,
);
