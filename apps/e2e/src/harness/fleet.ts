import {
  expectNoLeaks,
  startReceiver,
  startTestNats,
  startTestPostgres,
  testPorts,
  waitUntil,
  type Answerer,
  type Receiver,
  type TestNatsOptions,
  type TestPostgres,
  type TestServer,
} from '@postel/testing';
import { Api } from './api-client.js';
import { startChild, type ChildProcess } from './child-process.js';
import { stopChild } from './stop-child.js';

export const serviceNames = ['ingest', 'dispatcher', 'deliverer', 'dead-letter', 'metrics'] as const;
export type ServiceName = (typeof serviceNames)[number];

export interface FleetOptions {
  /** Beside and before what the harness sets. */
  readonly env?: Readonly<Record<string, string>>;
  /** Of one service alone, beside and before all else. */
  readonly envOf?: Partial<Readonly<Record<ServiceName, Env>>>;
  /** How many processes of a service there are (1). */
  readonly replicas?: Partial<Readonly<Record<ServiceName, number>>>;
  /** How long one may take to start (3 min): many at once on a busy machine take their time. */
  readonly readyWithinMs?: number;
  readonly nats?: TestNatsOptions;
}

/** A Postel of the test's own, with a nats-server and a PostgreSQL of its own, whatever the processes. */
export interface RunningPostel {
  readonly api: Api;
  readonly nats: TestServer;
  readonly postgres: TestPostgres;
  /** A receiver of webhooks that is closed with the rest. */
  receiver(answer?: Answerer): Promise<Receiver>;
  /** Each process must end by itself, with 0 and in time; and no answer may have broken the contract. */
  stop(): Promise<void>;
}

/** The five services, each its own process. Where a service has several, `replica` says which, from 0. */
export interface Fleet extends RunningPostel {
  /** The API through each process of ingest; the first is `api`. */
  readonly apis: readonly Api[];
  service(name: ServiceName, replica?: number): ChildProcess;
  /** The API of one process alone. */
  apiOf(name: ServiceName, replica: number): Api;
  /** Where its /metrics, /healthz and /readyz are. */
  operationsUrl(name: ServiceName, replica?: number): string;
  /** Starts again one that was stopped or killed, or one more; resolves when it is ready. @param env beside and before all else */
  restart(name: ServiceName, replica?: number, env?: Env): Promise<void>;
}

type Env = Readonly<Record<string, string>>;

/** For the hooks that start and stop one: a machine that is busy takes its time. */
export const fleetPatienceMs = 240_000;

export const adminToken = 'e2e-admin-token-of-this-test';

export async function startFleet(options: FleetOptions = {}): Promise<Fleet> {
  const [nats, postgres] = await Promise.all([startTestNats(options.nats), startTestPostgres()]);
  const members = serviceNames.flatMap((name) =>
    Array.from({ length: options.replicas?.[name] ?? 1 }, (_, replica) => ({ name, replica })),
  );
  // one place more for each: for one that is started before another stops
  const spare = serviceNames.map((name) => ({ name, replica: options.replicas?.[name] ?? 1 }));
  const ports = await testPorts(2 * (members.length + spare.length));
  const places = new Map(
    [...members, ...spare].map(({ name, replica }, index) => [
      memberOf(name, replica),
      { api: ports[2 * index] as number, metrics: ports[2 * index + 1] as number },
    ]),
  );
  const placeOf = (name: ServiceName, replica = 0) =>
    places.get(memberOf(name, replica)) as { api: number; metrics: number };
  const urlOf = (name: ServiceName, replica = 0) => `http://127.0.0.1:${placeOf(name, replica).api}`;
  const shared = {
    ...settingsFor({ nats, postgres }),
    POSTEL_METRICS_URL: urlOf('metrics'),
    POSTEL_DEAD_LETTER_URL: urlOf('dead-letter'),
    ...options.env,
  };
  const apis = members
    .filter(({ name }) => name === 'ingest')
    .map(({ name, replica }) => new Api(urlOf(name, replica), adminToken));
  const api = apis[0] as Api;
  const running = new Map<string, ChildProcess>();
  const start = async (name: ServiceName, replica = 0, more: Env = {}): Promise<void> => {
    const { api, metrics } = placeOf(name, replica);
    const own = { ...options.envOf?.[name], ...more };
    const env = { ...shared, POSTEL_PORT: String(api), POSTEL_METRICS_PORT: String(metrics) };
    const child = await startChild({ name: memberOf(name, replica), app: name, env: { ...env, ...own } });
    running.set(memberOf(name, replica), child);
    await untilReady(child, `http://127.0.0.1:${metrics}/readyz`, options.readyWithinMs);
  };
  const receivers: Receiver[] = [];
  try {
    // all at once, on an empty broker and an empty database: nobody prescribes an order
    await Promise.all(members.map(({ name, replica }) => start(name, replica)));
    await Promise.all(apis.map((each) => each.readDocument()));
  } catch (error) {
    await Promise.all([...running.values()].map((child) => child.kill()));
    await Promise.all([nats.stop(), postgres.stop()]);
    throw error;
  }
  return {
    api,
    apis,
    nats,
    postgres,
    receiver: async (answer) => {
      const receiver = await startReceiver(answer);
      receivers.push(receiver);
      return receiver;
    },
    service: (name, replica = 0) => running.get(memberOf(name, replica)) as ChildProcess,
    apiOf: (name, replica) => new Api(`http://127.0.0.1:${placeOf(name, replica).api}`, adminToken),
    operationsUrl: (name, replica) => `http://127.0.0.1:${placeOf(name, replica).metrics}`,
    restart: start,
    stop: () => stopAll({ children: [...running.values()], nats, postgres, receivers, apis }),
  };
}

/** What each process is told that belongs to this test. */
export function settingsFor({ nats, postgres }: Pick<RunningPostel, 'nats' | 'postgres'>): Env {
  return {
    NATS_URL: nats.url,
    DATABASE_URL: postgres.url,
    POSTEL_ADMIN_TOKEN: adminToken,
    POSTEL_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
    POSTEL_JWT_SECRET: Buffer.alloc(32, 8).toString('base64'),
    POSTEL_HOST: '127.0.0.1',
    POSTEL_ALLOW_CIDRS: '127.0.0.0/8',
    POSTEL_ALLOW_HTTP: 'true',
    POSTEL_LOG_LEVEL: 'warn',
    POSTEL_STOP_GRACE_SECONDS: '0',
  };
}

export interface Stopped extends Pick<RunningPostel, 'nats' | 'postgres'> {
  readonly children: readonly ChildProcess[];
  readonly receivers: readonly Receiver[];
  readonly apis: readonly Api[];
}

/** The end of RunningPostel.stop, in whatever processes it ran. */
export async function stopAll({ children, nats, postgres, receivers, apis }: Stopped): Promise<void> {
  const stopped = await Promise.allSettled(children.map(stopChild));
  await Promise.all([nats.stop(), postgres.stop(), ...receivers.map((receiver) => receiver.close())]);
  const failure = stopped.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
  await expectNoLeaks();
  const breaches = apis.flatMap((each) => each.breaches());
  if (breaches.length > 0) throw new Error(`Answers that break the contract:\n${breaches.join('\n')}`);
}

function memberOf(name: ServiceName, replica: number): string {
  return replica === 0 ? name : `${name}-${replica}`;
}

export async function untilReady(child: ChildProcess, readyUrl: string, timeoutMs = 180_000): Promise<void> {
  const ready = async () => {
    if (!child.isAlive()) return true;
    const answer = await fetch(readyUrl, { signal: AbortSignal.timeout(3_000) });
    const said = await answer.text();
    if (!answer.ok) throw new Error(said);
    return true;
  };
  await waitUntil(ready, { timeoutMs, describe: `${child.name} to be ready` }).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${child.output()}`);
  });
  if (!child.isAlive()) throw new Error(`${child.name} ended while starting:\n${child.output()}`);
}
