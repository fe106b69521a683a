import { delivererConsumer } from '@postel/contracts';
import type { FailpointName } from '@postel/telemetry';
import type { StackShape } from '../start-stack/start-stack.js';
import type { ServiceName } from '../start-stack/disturbance.js';
import type { TimedAct } from './act.js';
import type { Fault, FaultTiming } from './fault.js';
import { randomKills } from './random-kills.js';

const plain: StackShape = { brokers: 1, deliverers: 1, disk: 'plain' };
/** Strict where no deliverer dies: then none is in flight, and none may be repeated. */
const strict = { duplicates: 'in-flight', mustRefuse: false } as const;

const everything = [
  'nats-1',
  'postgres',
  'ingest',
  'dispatcher',
  'deliverer-1',
  'deliverer-2',
  'dead-letter',
  'metrics',
];

/** Beyond the ack wait, and until another may own the partition. */
const longFreezeMs = (() => {
  const { ackWaitMs, pinnedTimeoutMs = 0 } = delivererConsumer('delivery', 0);
  return ackWaitMs + pinnedTimeoutMs + 3_000;
})();

export const faults: readonly Fault[] = [
  killOf('ingest', 'ingest', plain),
  killOf('dispatcher', 'dispatcher', plain),
  killOf('deliverer', 'deliverer-1', plain),
  killOf('dead-letter', 'dead-letter', plain),
  killOf('metrics', 'metrics', plain),
  {
    name: 'kill-deliverer-of-three',
    about: 'kill -9 of three deliverers in turn; the others take over',
    shape: { ...plain, deliverers: 3 },
    allowance: strict,
    acts: (timing) =>
      spread(timing, 3).map((atMs, index) => ({
        atMs,
        act: { kind: 'kill', target: `deliverer-${index + 1}`, awayMs: 1_000 },
      })),
  },
  // what the broker forgets with its pins must come to the deliverer that did it, not to the other
  killOf('nats', 'nats-1', { ...plain, deliverers: 2 }),
  killOf('postgres', 'postgres', plain),
  {
    name: 'sigstop-deliverer',
    about: `SIGSTOP of the deliverer that owns everything for ${longFreezeMs / 1_000} s, beyond the ack wait; another takes over`,
    shape: { ...plain, deliverers: 2 },
    // both may have sent the same: what counts is that a success wins
    allowance: { duplicates: 'any', mustRefuse: false },
    acts: () => [{ atMs: 3_000, act: { kind: 'freeze', target: 'deliverer-1', forMs: longFreezeMs } }],
  },
  {
    name: 'cut-off-deliverer',
    about: `the network of the deliverer that owns everything to the broker is cut for ${longFreezeMs / 1_000} s, silently; another takes over`,
    shape: { ...plain, deliverers: 2, wires: 'clients' },
    allowance: { duplicates: 'any', mustRefuse: false },
    acts: () => [{ atMs: 3_000, act: { kind: 'cut-off', target: 'deliverer-1', forMs: longFreezeMs } }],
  },
  {
    name: 'cut-off-others',
    about: 'the network of each other service to the broker is cut for 12 s, one after the other, silently',
    shape: { ...plain, wires: 'clients' },
    allowance: strict,
    acts: ({ quick }) =>
      ['ingest', 'dispatcher', 'dead-letter', 'metrics'].map((target, index) => ({
        atMs: 2_000 + index * (quick ? 5_000 : 14_000),
        act: { kind: 'cut-off', target, forMs: quick ? 4_000 : 12_000 },
      })),
  },
  failpoint('deliverer.after-post', 'deliverer', 0.01),
  failpoint('deliverer.after-outcome', 'deliverer', 0.01),
  failpoint('dispatcher.after-fact', 'dispatcher', 0.02),
  failpoint('dispatcher.after-deliveries', 'dispatcher', 0.02),
  failpoint('scheduler.after-publish', 'deliverer', 0.1),
  // an endpoint that fails is told of once
  failpoint('alerts.before-effect', 'dead-letter', 1),
  failpoint('alerts.after-effect', 'dead-letter', 1),
  {
    name: 'nats-stopped',
    about: 'SIGSTOP of nats-server for 15 s: it is there and does not answer',
    shape: plain,
    allowance: strict,
    acts: ({ quick }) => [
      { atMs: 3_000, act: { kind: 'freeze', target: 'nats-1', forMs: quick ? 6_000 : 15_000 } },
    ],
  },
  stutterOf('nats', 'nats-1'),
  stutterOf('postgres', 'postgres'),
  {
    name: 'postgres-stopped',
    about: 'PostgreSQL is away for 30 s',
    shape: plain,
    allowance: strict,
    acts: ({ quick }) => [
      { atMs: 3_000, act: { kind: 'stop', target: 'postgres', awayMs: quick ? 8_000 : 30_000 } },
    ],
  },
  {
    name: 'power-cut',
    about:
      "the power of the broker's disk goes: what was not fsynced is gone (needs root, Linux, loop devices)",
    shape: { ...plain, disk: 'image' },
    allowance: strict,
    acts: (timing) => spread(timing, 2).map((atMs) => ({ atMs, act: { kind: 'cut-power', awayMs: 1_000 } })),
  },
  {
    name: 'disk-full',
    about: "the broker's disk is full for 8 s, then it has room and is restarted (needs root and Linux)",
    shape: { ...plain, disk: 'tmpfs' },
    allowance: { ...strict, mustRefuse: true },
    acts: () => [{ atMs: 3_000, act: { kind: 'fill-disk', forMs: 8_000 } }],
  },
  {
    name: 'three-brokers',
    about: 'three brokers, three replicas: kill -9 of the leaders of EVENTS and of DELIVERIES',
    shape: { ...plain, brokers: 3, deliverers: 2 },
    allowance: strict,
    acts: (timing) => {
      const [first = 0, second = 0] = spread(timing, 2);
      return [
        { atMs: first, act: { kind: 'kill-leader', stream: 'EVENTS', awayMs: 3_000 } },
        {
          atMs: Math.max(second, first + 8_000),
          act: { kind: 'kill-leader', stream: 'DELIVERIES', awayMs: 3_000 },
        },
      ];
    },
  },
  {
    name: 'kill-all-brokers',
    about: 'three brokers, three replicas: kill -9 of all at once, twice; they come back one after the other',
    shape: { ...plain, brokers: 3, deliverers: 2 },
    allowance: strict,
    acts: (timing) =>
      spread(timing, 2).flatMap((atMs) =>
        [1, 2, 3].map((number): TimedAct => {
          const awayMs = timing.random.between(500, 4_000);
          return { atMs, act: { kind: 'kill', target: `nats-${number}`, awayMs } };
        }),
      ),
  },
  {
    name: 'lost-disk',
    about: 'three brokers, three replicas: one is killed and comes back with an empty disk',
    shape: { ...plain, brokers: 3, deliverers: 2 },
    allowance: strict,
    acts: (timing) =>
      spread(timing, 1).map((atMs) => ({
        atMs,
        act: { kind: 'lose-disk', target: `nats-${timing.random.pick([1, 2, 3])}`, awayMs: 2_000 },
      })),
  },
  {
    name: 'cut-off-broker',
    about:
      'three brokers, three replicas: one loses the two others for 25 s, silently, and keeps its clients; then another',
    shape: { ...plain, brokers: 3, deliverers: 2, wires: 'routes' },
    // a deliverer at that broker has some in hand of which it cannot tell
    allowance: { duplicates: 'any', mustRefuse: false },
    acts: ({ quick, random }) => {
      const forMs = quick ? 12_000 : 25_000;
      const first = random.pick([1, 2, 3]);
      return [first, (first % 3) + 1].map((number, index) => ({
        atMs: 2_000 + index * (forMs + 12_000),
        act: { kind: 'cut-off', target: `nats-${number}`, forMs },
      }));
    },
  },
  {
    name: 'rolling-brokers',
    about: 'three brokers, three replicas: each is stopped in order and started again, one after the other',
    shape: { ...plain, brokers: 3, deliverers: 2 },
    allowance: strict,
    acts: () =>
      [1, 2, 3].map((number) => ({
        atMs: 1_500 + (number - 1) * 9_000,
        act: { kind: 'stop', target: `nats-${number}`, awayMs: 2_000 },
      })),
  },
  {
    name: 'rolling-restart',
    about: 'two of each service, stopped in order and started again one after the other, as by an upgrade',
    shape: { ...plain, deliverers: 2, others: 2 },
    allowance: strict,
    acts: ({ quick }) => [{ atMs: 1_500, act: { kind: 'roll', times: quick ? 1 : 2 } }],
  },
  {
    name: 'delete-durables',
    about: 'somebody deletes all durables of the broker, twice, under two deliverers',
    shape: { ...plain, deliverers: 2 },
    allowance: strict,
    acts: (timing) =>
      spread(timing, 2).map((atMs) => ({
        atMs,
        act: { kind: 'delete-durables', streams: ['EVENTS', 'DELIVERIES', 'LOG'] },
      })),
  },
  {
    name: 'kill-everything',
    about: 'kill -9 of every process at once, twice, as when a machine goes down',
    shape: { ...plain, deliverers: 2 },
    allowance: strict,
    acts: (timing) =>
      spread(timing, 2).flatMap((atMs) =>
        everything.map((target): TimedAct => {
          return { atMs, act: { kind: 'kill', target, awayMs: timing.random.between(500, 4_000) } };
        }),
      ),
  },
  {
    name: 'random',
    about: 'kill -9 of anything, every few seconds, as the seed has it',
    shape: { ...plain, deliverers: 2 },
    allowance: strict,
    acts: randomKills,
  },
];

function killOf(what: ServiceName | 'nats' | 'postgres', target: string, shape: StackShape): Fault {
  return {
    name: `kill-${what}`,
    about: `kill -9 of ${what}, twice`,
    shape,
    allowance: strict,
    acts: (timing) =>
      spread(timing, 2).map((atMs): TimedAct => {
        return { atMs, act: { kind: 'kill', target, awayMs: timing.random.between(500, 2_000) } };
      }),
  };
}

/** Two thirds of the time it does nothing, for up to a second and a half at a time. */
function stutterOf(what: 'nats' | 'postgres', target: string): Fault {
  return {
    name: `slow-${what}`,
    about: `${what} stands still for 0.2 to 1.5 s again and again, for 20 s`,
    shape: { ...plain, deliverers: 2 },
    allowance: strict,
    acts: ({ quick }) =>
      [200, 600, 1_500].map((stopMs, index): TimedAct => {
        const forMs = quick ? 2_000 : 6_500;
        return { atMs: 2_000 + index * (forMs + 1_500), act: { kind: 'stutter', target, forMs, stopMs } };
      }),
  };
}

/** The process ends between two steps, some times over; then it runs unharmed. */
function failpoint(name: FailpointName, service: ServiceName, probability: number): Fault {
  return {
    name: `failpoint-${name.replace('.', '-')}`,
    about: `the process ends at the failpoint ${name}, up to four times`,
    shape: { ...plain, failpoints: { service, text: `${name}=exit@${probability}`, starts: 4 } },
    allowance: strict,
    acts: () => [],
  };
}

/** So many moments over the load, in order, each at random in its own part of it. */
function spread({ loadMs, random }: FaultTiming, count: number): number[] {
  const fromMs = 1_500;
  const partMs = Math.max(1, (loadMs - fromMs) / count);
  return Array.from({ length: count }, (_, index) =>
    Math.round(fromMs + (index + 0.7 * random.next()) * partMs),
  );
}
