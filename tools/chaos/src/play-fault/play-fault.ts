import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { checkEvidence, type Verdict } from '../check-evidence/check-evidence.js';
import type { Evidence } from '../check-evidence/evidence.js';
import { orderingOf } from '../endpoint-names.js';
import { describeAct, type TimedAct } from '../inject-faults/act.js';
import type { Fault } from '../inject-faults/fault.js';
import { performAct } from '../inject-faults/perform-act.js';
import { readJournal } from '../keep-journal/read-journal.js';
import type { ProducerCommands } from '../publish-events/producer-process.js';
import type { ProducerRecord } from '../publish-events/producer-journal.js';
import { Random } from '../random.js';
import { LogView } from '../read-log/log-view.js';
import { StreamReader } from '../read-log/stream-reader.js';
import { readConservation, readDeadLetters, readDeliveries, readSequences } from '../read-tables/tables.js';
import type { RequestRecord } from '../receive-requests/receiver-journal.js';
import type { ReceiverCommands } from '../receive-requests/receiver-process.js';
import { repositoryRoot } from '../start-stack/repository-root.js';
import { startStack, type Stack } from '../start-stack/start-stack.js';
import { Worker } from '@postel/testing';
import { awaitEnd } from './await-end.js';
import { createEndpoints } from './endpoints.js';

export interface PlayOptions {
  readonly seed: number;
  readonly loadMs: number;
  readonly quick: boolean;
  /** Events a second. */
  readonly perSecond: number;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface Played {
  readonly verdict: Verdict;
  /** From the last acknowledgement, when all is repaired, to the last outcome. */
  readonly drainMs: number;
  /** How often it was done, and how often a process ended by a failpoint. */
  readonly disturbances: number;
}

/** After the last disturbance, so that what comes back is also seen at work. */
const afterwardsMs = 2_000;
const progressEveryMs = 10_000;
const readyLimitMs = 90_000;
const drainLimitMs = 150_000;
const acknowledgeLimitMs = 60_000;

/** One fault on a stack of its own, from the first event to the verdict. @throws {CannotHere} */
export async function playFault(fault: Fault, options: PlayOptions): Promise<Played> {
  const undo: (() => Promise<void>)[] = [];
  try {
    const stack = await startStack(fault.shape);
    undo.push(() => stack.stop());
    options.signal.throwIfAborted();
    const receiver = Worker.start<ReceiverCommands>(programOf('receive-requests/receiver-process.js'));
    undo.push(() => receiver.stop());
    const producer = Worker.start<ProducerCommands>(programOf('publish-events/producer-process.js'));
    undo.push(() => producer.stop());
    const played = await play({ fault, options, stack, receiver, producer }, undo);
    if (played.verdict.complaints.length > 0) keepTraces(fault, options, stack);
    return played;
  } finally {
    for (let next = undo.pop(); next; next = undo.pop()) await next();
  }
}

interface Players {
  readonly fault: Fault;
  readonly options: PlayOptions;
  readonly stack: Stack;
  readonly receiver: Worker<ReceiverCommands>;
  readonly producer: Worker<ProducerCommands>;
}

async function play(players: Players, undo: (() => Promise<void>)[]): Promise<Played> {
  const { fault, options, stack, receiver, producer } = players;
  const { seed, perSecond, say, signal } = options;
  const journals = {
    producer: join(stack.dataDir, 'producer.jsonl'),
    requests: join(stack.dataDir, 'requests.jsonl'),
  };
  const { port } = await receiver.call('listen', { journalFile: journals.requests, seed });
  const { nameOf: endpoints, secrets } = await createEndpoints(stack.api, port);
  await receiver.call('trust', secrets);
  const reader = await StreamReader.connect(stack.natsUrls);
  undo.push(() => reader.close());

  const run = fault.name.replaceAll('-', '_');
  const { api: http, natsUrls } = stack;
  await producer.call('start', { journalFile: journals.producer, http, natsUrls, perSecond, seed, run });
  const progress = setInterval(() => void tellProgress(players), progressEveryMs);
  undo.push(() => Promise.resolve(clearInterval(progress)));
  await disturb(players);
  const { offered, acknowledged, repetitions } = await producer.call('finish', {
    patienceMs: acknowledgeLimitMs,
  });
  const loadEndedAtMs = Date.now();
  say(
    `${acknowledged} of ${offered} events acknowledged, ${repetitions} tries again; waiting for all to end`,
  );
  await stack.untilReady(readyLimitMs);

  const collect = async (): Promise<Evidence> => {
    await reader.catchUp();
    const deliveries = await readDeliveries(stack.api);
    const inOrder = deliveries.filter(({ endpointId }) => {
      const name = endpoints.get(endpointId);
      return name !== undefined && orderingOf[name] === 'key';
    });
    return {
      producer: await readJournal<ProducerRecord>(journals.producer),
      requests: await readJournal<RequestRecord>(journals.requests),
      events: reader.events,
      facts: reader.facts,
      deliveries,
      deadLetters: await readDeadLetters(stack.api),
      sequences: await readSequences(
        stack.api,
        inOrder.map(({ id }) => id),
      ),
      conservation: await readConservation(stack.api),
      alarms: alarmsIn(stack.dataDir),
      endpoints,
      disturbances: stack.disturbances(),
    };
  };
  const verdict = await awaitEnd({
    isSettled: () => isSettled(reader),
    judge: async () => checkEvidence(await collect(), fault.allowance),
    limitMs: drainLimitMs,
    signal,
  });
  if (verdict.complaints.length > 0) {
    const log = reader.facts.map((stored) => JSON.stringify(stored)).join('\n');
    writeFileSync(join(stack.dataDir, 'log.jsonl'), `${log}\n`);
  }
  const drainMs = Math.max(0, verdict.figures.lastOutcomeAtMs - loadEndedAtMs);
  return { verdict, drainMs, disturbances: stack.disturbances().length };
}

/** In a word, for whoever waits; what cannot be told now is told the next time. */
async function tellProgress({ options, producer, receiver }: Players): Promise<void> {
  const progress = await producer.call('progress', undefined).catch(() => null);
  const requests = await receiver.call('count', undefined).catch(() => null);
  if (progress && requests !== null) {
    options.say(
      `${progress.acknowledged} of ${progress.offered} events acknowledged, ${requests} requests received`,
    );
  }
}

/** While events are published: does to the stack what the fault says, each act at its time. */
async function disturb({ fault, options, stack }: Players): Promise<void> {
  const { seed, loadMs, quick, say } = options;
  // one that cannot be done calls off the others
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const startedMs = Date.now();
  const acts = fault.acts({ loadMs, quick, random: new Random(seed, fault.name) });
  const perform = async ({ atMs, act }: TimedAct): Promise<void> => {
    await delay(Math.max(0, startedMs + atMs - Date.now()), undefined, { signal });
    say(describeAct(act));
    await performAct(act, stack, signal);
  };
  let failure: unknown = null;
  const onFailure = (error: unknown) => {
    failure ??= error;
    failed.abort();
  };
  await Promise.all(acts.map((timed) => perform(timed).catch(onFailure)));
  if (failure !== null) throw failure;
  const untilMs = Math.max(startedMs + loadMs, acts.length > 0 ? Date.now() + afterwardsMs : 0);
  await delay(Math.max(0, untilMs - Date.now()), undefined, { signal });
}

/** Every event has its fate and every delivery its end, and the broker has nothing left to hand out. */
async function isSettled(reader: StreamReader): Promise<boolean> {
  if ((await reader.outstanding()) > 0) return false;
  await reader.catchUp();
  const log = new LogView(reader.facts);
  return (
    reader.events.every(({ seq }) => log.fates.has(seq)) &&
    [...log.created.keys()].every((id) => log.isEnded(id))
  );
}

/** What Postel wrote to its log when something did not add up. */
function alarmsIn(dataDir: string): string[] {
  const logs = readdirSync(dataDir).filter((name) => /^metrics(-2)?\.log$/.test(name));
  const lines = logs.flatMap((name) => readFileSync(join(dataDir, name), 'utf8').split('\n'));
  return lines.filter((line) => line.includes('"equation":'));
}

/** Workers are processes of their own, also when a test runs this from its source. */
function programOf(path: string): string {
  return join(repositoryRoot, 'tools', 'chaos', 'dist', path);
}

/** The logs, the journals and the facts of a fault that something was wrong with. */
function keepTraces({ name }: Fault, { seed, say }: PlayOptions, stack: Stack): void {
  const { brokers, dataDir } = stack;
  const kept = join(repositoryRoot, '.postel', 'chaos-traces', `${name}-${seed}`);
  mkdirSync(kept, { recursive: true });
  for (const file of readdirSync(dataDir).filter((entry) => /\.(log|jsonl)$/.test(entry))) {
    cpSync(join(dataDir, file), join(kept, file));
  }
  writeFileSync(join(kept, 'disturbances.json'), JSON.stringify(stack.disturbances(), null, 2));
  for (const broker of brokers) {
    cpSync(join(dataDir, broker.name, 'nats-server.log'), join(kept, `${broker.name}.log`));
  }
  say(`logs and journals: ${kept}`);
}
