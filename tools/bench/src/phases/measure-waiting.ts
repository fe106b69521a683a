import { ratio } from '../figures.js';
import { atLeast, atMost, type Goal } from '../goal.js';
import { monotonicMs } from '../monotonic-clock.js';
import type { WaitingRoom } from '../report.js';
import { emptyWaitingRoom, seedWaiting, settleDatabase } from '../seed/seed-waiting.js';
import type { BenchContext } from './bench-context.js';
import { createReceivers } from './receivers.js';
import { runSteadily, together, type MeasuredRun } from './run-steadily.js';
import { WaitingRuns } from './waiting-runs.js';

const full = {
  rows: 1_000_000,
  endpoints: 1_000,
  /** First attempts, so many runs without rows and beside them, in turn: the machine is not the same from minute to minute. */
  rounds: 3,
  perSecond: 300,
  seconds: 17,
  warmUpSeconds: 4,
  due: { perSecond: 500, seconds: 20 },
  /** Of no endpoint more than the twenty that one with nothing in hand may take. */
  putBack: 15_000,
  drain: 50_000,
  restart: { perSecond: 500, seconds: 10 },
  /** From putting rows there to when the first of them is due; it must be done by then. */
  leadMs: 3_000,
};
const quick: typeof full = {
  ...full,
  rows: 50_000,
  endpoints: 200,
  rounds: 1,
  seconds: 2,
  warmUpSeconds: 1,
  due: { perSecond: 500, seconds: 2 },
  putBack: 3_000,
  drain: 5_000,
  restart: { perSecond: 500, seconds: 2 },
  leadMs: 1_500,
};

/** First attempts go to so many endpoints, whoever waits. */
const busyEndpoints = 200;
const hourMs = 3_600_000;
/** An event of the archive for ten deliveries: what is not due is only there. */
const deliveriesPerEvent = 10;

/** What a full waiting room does to first attempts, how punctual it is, and how fast it empties after an outage. */
export async function measureWaiting(
  context: BenchContext,
  step: (line: string) => void,
): Promise<WaitingRoom> {
  const plan = context.options.quick ? quick : full;
  const { rows, endpoints, perSecond, seconds } = plan;
  const { ids, types } = await createReceivers(context, endpoints);
  const steady = { perSecond, seconds, types: types.slice(0, busyEndpoints) };
  const runs = new WaitingRuns(context, ids, plan.leadMs);
  step('deliveries that wait: warming up');
  await runSteadily(context, { ...steady, seconds: plan.warmUpSeconds });
  const firstAttempts: Record<'without' | 'beside', MeasuredRun[]> = { without: [], beside: [] };
  let seededInMs = 0;
  for (let round = 1; round <= plan.rounds; round++) {
    if (round > 1) await emptyWaitingRoom(context.stack.databaseUrl);
    step(`deliveries that wait, round ${round}: first attempts without any`);
    firstAttempts.without.push(await runSteadily(context, steady));
    step(`deliveries that wait, round ${round}: putting ${rows} there`);
    seededInMs = await seedBackground(context, ids, { rows, round });
    step(`deliveries that wait, round ${round}: first attempts beside them`);
    firstAttempts.beside.push(await runSteadily(context, steady));
  }
  step(`deliveries that wait: ${plan.due.perSecond} become due a second`);
  const due = await runs.becomeDue(plan.due);
  step(`deliveries that wait: ${plan.putBack} due at once, to be put back only`);
  const putBack = await runs.putBack(plan.putBack);
  step(`deliveries that wait: ${plan.drain} due at once`);
  const drain = await runs.drain(plan.drain);
  step('deliveries that wait: restart of everything');
  const restart = await runs.restart(plan.restart);
  const measured = {
    firstAttemptsWithout: together(firstAttempts.without),
    firstAttemptsWith: together(firstAttempts.beside),
    due,
    putBack,
    drain,
    restart,
  };
  return { rows, endpoints, seededInMs, perSecond, ...measured, goals: goalsOf(measured) };
}

/** Due in the hours to come. @returns how long it took */
async function seedBackground(
  { stack }: BenchContext,
  endpointIds: readonly string[],
  { rows, round }: { readonly rows: number; readonly round: number },
): Promise<number> {
  const startedMs = monotonicMs();
  await seedWaiting(stack.databaseUrl, {
    name: `later-${round}`,
    rows,
    endpointIds,
    firstDueMs: Date.now() + hourMs,
    spacingMs: (24 * hourMs) / rows,
    firstEventSeq: 1e12 + round * rows,
    deliveriesPerEvent,
    firstNumber: null,
  });
  await settleDatabase(stack.databaseUrl);
  return monotonicMs() - startedMs;
}

function goalsOf({
  firstAttemptsWithout,
  firstAttemptsWith,
  due,
  putBack,
  restart,
}: Pick<
  WaitingRoom,
  'firstAttemptsWithout' | 'firstAttemptsWith' | 'due' | 'putBack' | 'restart'
>): readonly Goal[] {
  const p99Ratio = ratio(
    firstAttemptsWith.acceptedToReceipt.p99Ms,
    firstAttemptsWithout.acceptedToReceipt.p99Ms,
  );
  return [
    atMost("first attempts' p99 beside those that wait ÷ without any", p99Ratio, 1.1),
    atMost("lateness' p99", due.lateness.p99Ms, 500, ' ms'),
    atMost('early', due.early + restart.early, 0),
    atMost('lost over a restart of everything', restart.rows - restart.received, 0),
    atLeast('put back after an outage', putBack.putBackPerSecond, 10_000, '/s'),
  ];
}
