import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { percentile } from '../figures.js';
import { atMost } from '../goal.js';
import { monotonicMs } from '../monotonic-clock.js';
import type { QueriesRun, QueryTimes } from '../read-side-report.js';
import { PhaseFailed } from '../report.js';
import { seedHistory, settleHistory, smallTenant } from '../seed/seed-history.js';
import { createEndpoint, createTenant, readAs } from '../stack/endpoints.js';
import { watchOtherLoad } from '../stack/other-load.js';
import { repositoryRoot } from '../stack/repository-root.js';
import type { Stack } from '../stack/start-stack.js';
import { untilQuiet } from '../stack/until-quiet.js';
import type { BenchContext } from './bench-context.js';
import { explainCalls } from './explain-calls.js';
import { queryCalls, type QueryCall } from './query-calls.js';

const full = { deliveries: 5_000_000, endpoints: 20, runs: 40 };
const quick: typeof full = { deliveries: 50_000, endpoints: 20, runs: 10 };
/** Pages before the cursor of a deep one; each of as many rows as a page may have. */
const deepPages = 20;
const goalMs = 50;
const shownPlans = 5;

/** How long the reads of the API take beside ten million attempts of which one tenant has half. */
export async function measureQueries(
  context: BenchContext,
  step: (line: string) => void,
): Promise<QueriesRun> {
  const { options, stack } = context;
  const { deliveries, endpoints, runs } = options.quick ? quick : full;
  const startedMs = monotonicMs();
  const { endpointIds, smallEndpointId } = await createOwners(stack, endpoints);
  const nowMs = Date.now();
  await seedHistory(stack.databaseUrl, { deliveries, endpointIds, smallEndpointId }, step);
  const seededMs = monotonicMs();
  step('queries: counting the figures');
  await recountFigures(stack);
  const countedMs = monotonicMs();
  step('queries: vacuum');
  await settleHistory(stack.databaseUrl);
  await untilQuiet(stack.pids.values());
  const calls = queryCalls({ deliveries, endpointIds, smallEndpointId, nowMs });
  const otherLoad = watchOtherLoad();
  const measured: { readonly call: QueryCall; readonly times: QueryTimes }[] = [];
  for (const call of calls) measured.push({ call, times: await timesOf(stack, call, runs, step) });
  const otherLoadCores = otherLoad();
  const slowest = [...measured].sort((a, b) => b.times.p95Ms - a.times.p95Ms).slice(0, shownPlans);
  step(`queries: plans of the ${slowest.length} slowest`);
  const plans = await explainCalls(
    stack,
    slowest.map(({ call }) => call),
  );
  const worst = slowest[0]?.times.p95Ms ?? Infinity;
  return {
    attempts: deliveries * 2,
    deliveries,
    seededInMs: seededMs - startedMs,
    countedInMs: countedMs - seededMs,
    runs,
    queries: measured.map(({ times }) => times),
    plansFile: writePlans(plans),
    otherLoadCores,
    goals: [atMost('p95 of the slowest', worst, goalMs, ' ms')],
  };
}

async function createOwners(stack: Stack, endpoints: number) {
  const endpoint = { url: 'http://127.0.0.1:49151/', events: ['order.nothing'] };
  const endpointIds: string[] = [];
  for (let n = 0; n < endpoints; n++) endpointIds.push(await createEndpoint(stack, endpoint));
  await createTenant(stack, smallTenant);
  const smallEndpointId = await createEndpoint(stack, endpoint, smallTenant);
  return { endpointIds, smallEndpointId };
}

async function recountFigures(stack: Stack): Promise<void> {
  const program = join(repositoryRoot, 'apps', 'metrics', 'dist', 'recount-figures.js');
  const env = { ...process.env, DATABASE_URL: stack.databaseUrl };
  const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new PhaseFailed(`queries: the figures could not be counted (${code})`);
}

async function timesOf(
  stack: Stack,
  call: QueryCall,
  runs: number,
  step: (line: string) => void,
): Promise<QueryTimes> {
  step(`queries: ${call.what}`);
  const cursor = call.isDeep ? await deepCursor(stack, call) : '';
  const path = (turn: number) => call.path(turn) + cursor;
  // connections, statements and pages of what everybody asks for
  for (let turn = 0; turn < 3; turn++) await readAs(stack, call.tenant, path(turn));
  const timesMs: number[] = [];
  let rows = 0;
  for (let turn = 0; turn < runs; turn++) {
    const fromMs = monotonicMs();
    const answer = (await readAs(stack, call.tenant, path(turn))) as { data?: unknown[] };
    timesMs.push(monotonicMs() - fromMs);
    rows = Math.max(rows, answer.data?.length ?? 1);
  }
  const sorted = timesMs.sort((a, b) => a - b);
  const { what } = call;
  return { what, rows, p50Ms: percentile(sorted, 50), p95Ms: percentile(sorted, 95) };
}

async function deepCursor(stack: Stack, { path, tenant }: QueryCall): Promise<string> {
  let cursor = '';
  for (let page = 0; page < deepPages; page++) {
    const full = path(0).replace('limit=50', 'limit=250') + cursor;
    const { nextCursor } = (await readAs(stack, tenant, full)) as { nextCursor: string | null };
    if (nextCursor === null) break;
    cursor = `&cursor=${nextCursor}`;
  }
  return cursor;
}

/** @returns where they are */
function writePlans(plans: string): string {
  const directory = join(repositoryRoot, '.postel', 'plans');
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `queries-${Date.now()}.txt`);
  writeFileSync(file, plans);
  return file;
}
