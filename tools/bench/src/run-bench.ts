import type { LoadCommands } from './load/load-process.js';
import type { BenchOptions } from './options.js';
import type { PhaseName } from './phase-names.js';
import type { BenchContext } from './phases/bench-context.js';
import { measureBoot } from './phases/measure-boot.js';
import { measureChanges } from './phases/measure-changes.js';
import { measureDelivering } from './phases/measure-delivering.js';
import { measureFleet } from './phases/measure-fleet.js';
import { measureIsolation } from './phases/measure-isolation.js';
import { measureMatch } from './phases/measure-match.js';
import { measureMemory } from './phases/measure-memory.js';
import { measureProjection } from './phases/measure-projection.js';
import { measureRecover } from './phases/measure-recover.js';
import { measureQueries } from './phases/measure-queries.js';
import { measureTracing } from './phases/measure-tracing.js';
import { measureRawRequests } from './phases/measure-raw-requests.js';
import { measureWaiting } from './phases/measure-waiting.js';
import type { ReceiverCommands } from './receiver/receiver-process.js';
import { PhaseFailed, type BenchReport } from './report.js';
import { describeMachine } from './stack/machine.js';
import { startStack } from './stack/start-stack.js';
import { Worker } from '@postel/testing';

export interface Running {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

type Tools = Omit<BenchContext, 'stack'>;
type Step = (line: string) => void;

/** Phases that share a stack of servers and services, started for them and thrown away after them. */
interface Round {
  readonly phases: readonly PhaseName[];
  /** Whatever the options say. */
  readonly processes?: true;
  readonly measure: (context: BenchContext, report: BenchReport, step: Step) => Promise<void>;
}

/** What leaves a backlog behind has a stack of its own. */
const rounds: readonly Round[] = [
  {
    phases: ['broker', 'accept', 'end-to-end', 'ten-endpoints', 'one-endpoint', 'steady'],
    measure: measureDelivering,
  },
  {
    phases: ['isolation'],
    measure: async (context, report, step) => void (report.isolation = await measureIsolation(context, step)),
  },
  {
    phases: ['hanging-fleet'],
    measure: async (context, report, step) => void (report.hangingFleet = await measureFleet(context, step)),
  },
  {
    phases: ['waiting'],
    measure: async (context, report, step) => void (report.waiting = await measureWaiting(context, step)),
  },
  {
    phases: ['memory'],
    processes: true,
    measure: async (context, report, step) => void (report.memory = await measureMemory(context, step)),
  },
  {
    phases: ['boot'],
    measure: async (context, report, step) => void (report.boot = await measureBoot(context, step)),
  },
  {
    phases: ['tracing'],
    measure: async (context, report, step) => void (report.tracing = await measureTracing(context, step)),
  },
  {
    phases: ['change'],
    processes: true,
    measure: async (context, report, step) => void (report.changes = await measureChanges(context, step)),
  },
  {
    phases: ['project'],
    processes: true,
    measure: async (context, report, step) =>
      void (report.projection = await measureProjection(context, report, step)),
  },
  {
    phases: ['recover'],
    processes: true,
    measure: async (context, report, step) => void (report.recover = await measureRecover(context, step)),
  },
  {
    phases: ['queries'],
    measure: async (context, report, step) => void (report.queries = await measureQueries(context, step)),
  },
];

/**
 * Starts everything, measures phase by phase, stops everything. A phase that fails ends those that share its servers;
 * what was measured stays in the report, beside what failed.
 */
export async function runBench(options: BenchOptions, { say, signal }: Running): Promise<BenchReport> {
  const stack: (() => Promise<void>)[] = [];
  const { quick, processes, door, phases } = options;
  const report: BenchReport = {
    machine: describeMachine(),
    options: { quick, processes, door },
    profiles: [],
    failures: [],
  };
  const step = (line: string) => {
    signal.throwIfAborted();
    say(line);
  };
  try {
    const receiver = Worker.start<ReceiverCommands>(new URL('receiver/receiver-process.js', import.meta.url));
    stack.push(() => receiver.stop());
    const load = Worker.start<LoadCommands>(new URL('load/load-process.js', import.meta.url));
    stack.push(() => load.stop());
    const { port: receiverPort } = await receiver.call('listen', undefined);
    const tools: Tools = { options, receiver, receiverPort, load };
    if (phases.includes('raw')) {
      step('raw signed undici requests');
      // before the rest is started, so that nothing else takes of the machine
      report.rawRequests = await measureRawRequests(tools);
    }
    if (phases.includes('match')) {
      step('matching events and endpoints');
      report.match = measureMatch(options);
    }
    for (const round of rounds) {
      if (!round.phases.some((name) => phases.includes(name))) continue;
      step('starting nats-server, PostgreSQL and Postel');
      await measureRound(round, tools, report, { step, signal }).catch((error: unknown) => {
        if (signal.aborted) throw error;
        report.failures.push(error instanceof PhaseFailed ? error.message : traceOf(error));
      });
    }
    return report;
  } finally {
    for (let next = stack.pop(); next; next = stack.pop()) await next();
  }
}

async function measureRound(
  round: Round,
  tools: Tools,
  report: BenchReport,
  { step, signal }: { readonly step: Step; readonly signal: AbortSignal },
): Promise<void> {
  const { processes, profile } = tools.options;
  const stack = await startStack({ processes: round.processes ?? processes, withProfiler: profile });
  try {
    report.machine = stack.machine;
    // a phase may take minutes: what it waits for fails when its servers are stopped
    await Promise.race([round.measure({ ...tools, stack }, report, step), untilAborted(signal)]);
    step('stopping');
  } finally {
    await tools.receiver.call('hangUp', undefined); // nobody has to wait for an answer any more
    await stack.stop();
  }
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}

function traceOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
