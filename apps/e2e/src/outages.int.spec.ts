import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { waitUntil, type Answerer, type Receiver } from '@postel/testing';
import { once } from 'node:events';
import { connect } from 'node:net';
import pg from 'pg';
import { problemOf, type CreatedEndpoint } from './harness/api-client.js';
import { eventIdOf } from './harness/event-id-of.js';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, serviceNames, startFleet, type Fleet, type ServiceName } from './harness/fleet.js';
import { connectProducer, type NatsProducer } from './harness/nats-producer.js';
import { overHttp, overNats, publishPersistently } from './harness/persistent-producer.js';
import { verifySignatures } from './harness/signatures.js';

const patienceMs = 180_000;

describe('outages', () => {
  let fleet: Fleet;
  let producer: NatsProducer;
  beforeAll(async () => {
    fleet = await startFleet();
    producer = await connectProducer(fleet.nats.url);
  }, fleetPatienceMs);
  afterAll(async () => {
    await producer?.close();
    await fleet?.stop();
  }, fleetPatienceMs);

  /** Brings the server back whatever the work says, so that the next case finds it. */
  async function whileBrokerAway(work: () => Promise<void>): Promise<void> {
    await fleet.nats.kill();
    await work().finally(() => fleet.nats.restart());
  }

  let cases = 0;
  let type: string;
  beforeEach(async () => {
    type = `order.outage_${(cases += 1)}`;
    // a case that failed leaves its damage to nobody
    const dead = serviceNames.filter((name) => !fleet.service(name).isAlive());
    await Promise.all(dead.map((name) => fleet.restart(name)));
    await expectAllAliveAndReady();
  }, patienceMs);

  async function subscribed(answer?: Answerer): Promise<{ receiver: Receiver; endpoint: CreatedEndpoint }> {
    const receiver = await fleet.receiver(answer);
    const endpoint = await fleet.api.createEndpoint({
      url: receiver.url,
      events: [type],
      retry: { initialDelayMs: 100, jitter: 0 },
    });
    return { receiver, endpoint };
  }

  const idsOf = (count: number, name: string) =>
    Array.from({ length: count }, (_, n) => `${name}-${cases}-${n}`);
  const received = ({ requests }: Receiver) => requests.map(eventIdOf);

  /** Each id came, with signatures that hold; and nothing that was not sent. @returns how many came more than once */
  async function expectAllDelivered(
    { receiver, endpoint }: { receiver: Receiver; endpoint: CreatedEndpoint },
    ids: readonly string[],
  ): Promise<number> {
    await waitUntil(() => new Set(received(receiver)).size >= ids.length, {
      timeoutMs: patienceMs,
      describe: `${ids.length} events to arrive`,
    });
    expect([...new Set(received(receiver))].sort()).toEqual([...ids].sort());
    for (const request of receiver.requests) verifySignatures(request, endpoint.secret);
    return receiver.requests.length - ids.length;
  }

  /** The log shows each delivery once, as succeeded. */
  async function expectAllLogged(endpointId: string, count: number): Promise<void> {
    const logged = await eventually(
      async () => {
        const rows = await fleet.api.all((query) => fleet.api.deliveries(query), `endpointId=${endpointId}`);
        return rows.length >= count && rows.every(({ status }) => status === 'succeeded') ? rows : null;
      },
      'the log to catch up',
      { timeoutMs: 60_000 },
    );
    expect(logged).toHaveLength(count);
    expect(new Set(logged.map(({ eventId }) => eventId)).size).toBe(count);
  }

  async function expectAllAliveAndReady(): Promise<void> {
    for (const name of serviceNames) {
      expect({ name, alive: fleet.service(name).isAlive() }).toEqual({ name, alive: true });
      await waitUntil(async () => (await fetch(`${fleet.operationsUrl(name)}/readyz`)).ok, {
        timeoutMs: 30_000,
        describe: `${name} to be ready again`,
      });
    }
  }

  it(
    'loses nothing when nats-server is killed in the middle of 300 events',
    async () => {
      const subscription = await subscribed();
      const [overWeb, overBroker] = [idsOf(200, 'http'), idsOf(100, 'nats')];
      const runs = [
        publishPersistently({ ids: overWeb, publish: overHttp(fleet.api, type), inFlight: 10 }),
        publishPersistently({ ids: overBroker, publish: overNats(producer, type), inFlight: 5 }),
      ];
      await waitUntil(() => runs.every(({ accepted }) => accepted.length >= 30));
      await fleet.nats.kill();
      // producers meet it while it is away
      await waitUntil(() => runs.some((run) => run.repetitions() > 0));
      await fleet.nats.restart();
      await Promise.all(runs.map(({ done }) => done));
      const ids = [...overWeb, ...overBroker];
      // the deliverer remembers what it finished, and stores what it could not tell: as good as nothing comes again
      expect(await expectAllDelivered(subscription, ids)).toBeLessThanOrEqual(10);
      await expectAllLogged(subscription.endpoint.id, ids.length);
      await expectAllAliveAndReady();
    },
    patienceMs,
  );

  it(
    'refuses events with 503 and Retry-After while nats-server is away, and lives on',
    async () => {
      const subscription = await subscribed();
      const event = { id: idsOf(1, 'away')[0], type, data: { object: {} } };
      await whileBrokerAway(async () => {
        const refused = await eventually(async () => {
          const startedMs = Date.now();
          const answer = await fleet.api.request('POST', '/v1/events', { body: event });
          return { answer, tookMs: Date.now() - startedMs };
        }, 'an answer');
        expect([refused.answer.status, problemOf(refused.answer).code]).toEqual([503, 'broker_unavailable']);
        expect(Number(refused.answer.headers.get('retry-after'))).toBeGreaterThan(0);
        // whoever waits for an answer has something better to do than to wait until he gives up himself
        expect(refused.tookMs).toBeLessThan(12_000);
        const batch = await fleet.api.request('POST', '/v1/events/batch', {
          body: { events: [event, event] },
        });
        expect(batch.status).toBe(503);
        expect(batch.headers.get('retry-after')).toBeTruthy();
        const created = await fleet.api.request('POST', '/v1/endpoints', {
          body: { url: subscription.receiver.url },
        });
        expect(created.status).toBe(503);
        expect(created.headers.get('retry-after')).toBeTruthy();
        // what needs no broker goes on
        expect((await fleet.api.request('GET', '/v1/endpoints')).status).toBe(200);
        expect((await fleet.api.request('GET', '/v1/deliveries')).status).toBe(200);
        for (const name of serviceNames) {
          const url = fleet.operationsUrl(name);
          expect({ name, status: (await fetch(`${url}/healthz`)).status }).toEqual({ name, status: 200 });
          const readiness = await eventually(async () => {
            const answer = await fetch(`${url}/readyz`);
            const said = await answer.json();
            return answer.status === 503 ? said : null;
          }, `${name} not to be ready`);
          expect(readiness).toMatchObject({ parts: { nats: 'down' } });
        }
        const readiness = await fleet.api.request('GET', '/readyz', { token: null });
        expect([readiness.status, readiness.json]).toMatchObject([503, { parts: { nats: 'down' } }]);
      });
      await expectAllAliveAndReady();
      await fleet.api.publish(event);
      await expectAllDelivered(subscription, [event.id as string]);
    },
    patienceMs,
  );

  it(
    'delivers everything when a deliverer is killed in the middle and comes back',
    async () => {
      const subscription = await subscribed(() => ({ status: 200, delayMs: 20 }));
      const ids = idsOf(300, 'deliverer');
      const run = publishPersistently({ ids, publish: overHttp(fleet.api, type), inFlight: 20 });
      await waitUntil(() => subscription.receiver.requests.length >= 60);
      await fleet.service('deliverer').kill();
      await run.done;
      await fleet.restart('deliverer');
      const repeated = await expectAllDelivered(subscription, ids);
      // what was in flight (maxInFlight), and as much again that was answered and not yet stored
      expect(repeated).toBeLessThanOrEqual(20);
      await expectAllLogged(subscription.endpoint.id, ids.length);
    },
    patienceMs,
  );

  it(
    'fans out everything when a dispatcher is killed in the middle and comes back',
    async () => {
      const subscription = await subscribed();
      const ids = idsOf(300, 'dispatcher');
      const run = publishPersistently({ ids, publish: overHttp(fleet.api, type), inFlight: 20 });
      await waitUntil(() => run.accepted.length >= 60);
      await fleet.service('dispatcher').kill();
      await run.done;
      await fleet.restart('dispatcher');
      expect(await expectAllDelivered(subscription, ids)).toBe(0);
      await expectAllLogged(subscription.endpoint.id, ids.length);
    },
    patienceMs,
  );

  it(
    'shows everything when metrics and dead-letter are killed in the middle and come back',
    async () => {
      const subscription = await subscribed();
      const ids = idsOf(200, 'metrics');
      const run = publishPersistently({ ids, publish: overHttp(fleet.api, type), inFlight: 20 });
      await waitUntil(() => run.accepted.length >= 60);
      await Promise.all([fleet.service('metrics').kill(), fleet.service('dead-letter').kill()]);
      await run.done;
      const read = await fleet.api.request('GET', '/v1/deliveries');
      expect([read.status, problemOf(read).code]).toEqual([503, 'upstream_unavailable']);
      expect(read.headers.get('retry-after')).toBeTruthy();
      expect(await expectAllDelivered(subscription, ids)).toBe(0);
      await Promise.all([fleet.restart('metrics'), fleet.restart('dead-letter')]);
      await expectAllLogged(subscription.endpoint.id, ids.length);
    },
    patienceMs,
  );

  it(
    'loses nothing when every service is stopped with SIGTERM in the middle',
    async () => {
      const subscription = await subscribed(() => ({ status: 200, delayMs: 20 }));
      const ids = idsOf(200, 'term');
      const run = publishPersistently({ ids, publish: overHttp(fleet.api, type), inFlight: 20 });
      await waitUntil(() => subscription.receiver.requests.length >= 40);
      const stopped = serviceNames.map(async (name) => {
        fleet.service(name).signal('SIGTERM');
        return { name, ...(await fleet.service(name).exited) };
      });
      for (const exit of await Promise.all(stopped)) expect(exit).toMatchObject({ name: exit.name, code: 0 });
      await Promise.all(serviceNames.map((name) => fleet.restart(name)));
      await run.done;
      // a clean stop finishes what is in flight and stores it: nothing is sent twice
      expect(await expectAllDelivered(subscription, ids)).toBe(0);
      await expectAllLogged(subscription.endpoint.id, ids.length);
    },
    patienceMs,
  );

  it(
    'is not ready while PostgreSQL takes no writes, says so, and goes on by itself when it does again',
    async () => {
      const subscription = await subscribed((_request, number) => ({ status: number === 1 ? 503 : 200 }));
      const operator = new pg.Client({ connectionString: fleet.postgres.url });
      await operator.connect();
      // the sessions that there are take it over, and so does this one
      const setReadOnly = async (value: 'on' | 'off') => {
        await operator.query('SET default_transaction_read_only = off');
        await operator.query(`ALTER SYSTEM SET default_transaction_read_only = ${value}`);
        await operator.query('SELECT pg_reload_conf()');
      };
      const databaseOf = async (name: ServiceName) => {
        const readiness = await fetch(`${fleet.operationsUrl(name)}/readyz`);
        const { parts } = (await readiness.json()) as { parts: Record<string, string> };
        return `${readiness.status} ${parts['database']}`;
      };
      const [id = ''] = idsOf(1, 'read-only');
      try {
        await setReadOnly('on');
        for (const name of ['deliverer', 'dead-letter', 'metrics'] as const)
          await waitUntil(async () => (await databaseOf(name)) === '503 read-only');
        const run = publishPersistently({ ids: [id], publish: overHttp(fleet.api, type), inFlight: 1 });
        await run.done;
        await waitUntil(() => subscription.receiver.requests.length === 1);
      } finally {
        await setReadOnly('off');
        await operator.end();
      }
      await expectAllAliveAndReady();
      await expectAllLogged(subscription.endpoint.id, 1);
      expect(await expectAllDelivered(subscription, [id])).toBe(1); // the retry
      expect(fleet.service('metrics').output()).toContain('the database takes no writes');
    },
    patienceMs,
  );

  it(
    'stops in time although clients hold connections without a request',
    async () => {
      const ports = [fleet.api.url, fleet.operationsUrl('ingest')].map((url) => Number(new URL(url).port));
      const sockets = ports.flatMap((port) =>
        ['', 'POST /v1/events HTTP/1.1\r\nhost: a\r\n'].map((sent) => {
          const socket = connect(port, '127.0.0.1');
          socket.on('error', () => undefined); // a reset is as good as a close
          return { socket, sent };
        }),
      );
      for (const { socket, sent } of sockets) {
        await once(socket, 'connect');
        socket.write(sent);
      }
      const startedMs = Date.now();
      fleet.service('ingest').signal('SIGTERM');
      const { code } = await fleet.service('ingest').exited;
      for (const { socket } of sockets) socket.destroy();
      expect({ code, tookMs: Date.now() - startedMs < 30_000 ? 'less than 30 s' : 'longer' }).toEqual({
        code: 0,
        tookMs: 'less than 30 s',
      });
    },
    patienceMs,
  );
});
