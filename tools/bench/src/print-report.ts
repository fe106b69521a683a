import { printFleet, printIsolation } from './print-isolation.js';
import { printBoot, printChanges, printMatch } from './print-control-plane.js';
import { printTracing } from './print-tracing.js';
import { printProjection, printQueries, printRecover } from './print-read-side.js';
import { printMemory, printWaiting } from './print-waiting.js';
import { atLeast } from './goal.js';
import { ratio } from './figures.js';
import { count, goalLines, latency, line, micros, otherLoadLines, seconds } from './report-lines.js';
import type { AcceptRate, BenchReport, BrokerRates, EndToEnd, RawRequests, SteadyLatency } from './report.js';

/** The report for a person. */
export function printReport(report: BenchReport): string {
  const { machine, options } = report;
  const lines = [
    `Postel benchmark, ${machine.date}${options.quick ? ' (quick: too short to quote)' : ''}`,
    `${machine.cores} cores, ${machine.cpu}, ${machine.memoryGiB} GiB; Node ${machine.node}, nats-server ${machine.natsServer} (sync always), PostgreSQL ${machine.postgres} (durable)`,
    `${options.processes ? 'five processes' : 'all-in-one'}; producer, receiver, broker and database on the same machine`,
    '',
    ...(report.rawRequests ? rawLines(report.rawRequests) : []),
    ...(report.broker ? brokerLines(report.broker) : []),
    ...(report.acceptSingly ? acceptLines('accepted over HTTP, singly', report.acceptSingly) : []),
    ...(report.acceptInBatches ? acceptLines('accepted over HTTP, in batches', report.acceptInBatches) : []),
    ...(report.endToEnd ? endToEndLines('end to end, one endpoint an event', report.endToEnd) : []),
    ...endToEndGoals(report),
    ...(report.tenEndpoints ? endToEndLines('end to end, ten endpoints an event', report.tenEndpoints) : []),
    ...tenEndpointsGoals(report),
    ...(report.oneEndpoint ? endToEndLines('end to end, all to one endpoint', report.oneEndpoint) : []),
    ...(report.steady ? steadyLines(report.steady) : []),
    ...(report.ratioToRaw === undefined
      ? []
      : [line('ratio', `${report.ratioToRaw.toFixed(3)} of the raw signed undici rate, end to end`)]),
    ...(report.isolation ? printIsolation(report.isolation) : []),
    ...(report.hangingFleet ? printFleet(report.hangingFleet) : []),
    ...(report.waiting ? printWaiting(report.waiting) : []),
    ...(report.memory ? printMemory(report.memory) : []),
    ...(report.match ? printMatch(report.match) : []),
    ...(report.boot ? printBoot(report.boot) : []),
    ...(report.changes ? printChanges(report.changes) : []),
    ...(report.tracing ? printTracing(report.tracing) : []),
    ...(report.projection ? printProjection(report.projection) : []),
    ...(report.recover ? printRecover(report.recover) : []),
    ...(report.queries ? printQueries(report.queries) : []),
    ...report.profiles.map((profile) => line('CPU profile', profile)),
    ...report.failures.map((failure) => `FAILED: ${failure}`),
  ];
  return `${lines.join('\n')}\n`;
}

function rawLines(raw: RawRequests): string[] {
  return [
    line(
      'raw signed undici requests',
      `${count(raw.requestPerSecond)}/s, ${micros(raw.requestCpuMicros)} CPU each (Agent.request, ${raw.concurrency} at once)`,
    ),
    line('', `${count(raw.dispatchPerSecond)}/s, ${micros(raw.dispatchCpuMicros)} CPU each (Agent.dispatch)`),
    ...otherLoadLines(raw.otherLoadCores),
  ];
}

function brokerLines(broker: BrokerRates): string[] {
  return [
    line('raw broker publishes', `${count(broker.batchedPerSecond)}/s in batches of ${broker.perBatch}`),
    line('', `${count(broker.singlePerSecond)}/s singly, ${broker.singleConcurrency} at once`),
  ];
}

function acceptLines(title: string, rate: AcceptRate): string[] {
  const how = `${rate.perRequest} a request, ${rate.concurrency} requests at once`;
  return [
    line(title, `${count(rate.perSecond)} events/s (${how}; ${count(rate.events)} events)`),
    line('', `a request: ${latency(rate.latency)}`),
  ];
}

/** Two cores are what the first is meant for. */
function endToEndGoals({ endToEnd, ratioToRaw }: BenchReport): string[] {
  if (!endToEnd) return [];
  const goals = [atLeast('deliveries a second', endToEnd.deliveriesPerSecond, 8_000)];
  if (ratioToRaw !== undefined) goals.push(atLeast('as a share of the raw undici rate', ratioToRaw, 1 / 3));
  return goalLines(goals);
}

function tenEndpointsGoals({ endToEnd, tenEndpoints }: BenchReport): string[] {
  if (!endToEnd || !tenEndpoints) return [];
  const times = ratio(tenEndpoints.deliveriesPerSecond, endToEnd.deliveriesPerSecond);
  return goalLines([atLeast('deliveries a second, to those with one endpoint an event', times, 1)]);
}

function endToEndLines(title: string, run: EndToEnd): string[] {
  const { ratesOfRuns = [] } = run;
  const name = Math.max(...run.cpu.map(({ process }) => process.length), 0);
  return [
    line(
      title,
      `${count(run.deliveriesPerSecond)} deliveries/s: ${count(run.deliveries)} in ${seconds(run.elapsedMs)}, ${run.duplicates} duplicates, ${count(run.deferred)} had to wait`,
    ),
    ...(ratesOfRuns.length > 1
      ? [line('', `the middle one of ${ratesOfRuns.length} runs: ${ratesOfRuns.map(count).join(', ')}`)]
      : []),
    line('', `published in ${seconds(run.publishedInMs)}${quiet(run.quietAfterMs)}`),
    ...otherLoadLines(run.otherLoadCores),
    ...run.cpu.map((cpu) =>
      line(
        '',
        `  ${cpu.process.padEnd(name)}  ${cpu.busySec.toFixed(2).padStart(6)} s CPU  ${micros(cpu.microsPerDelivery).padStart(7)} a delivery, ${micros(cpu.microsPerDeliveryUntilQuiet).padStart(7)} until all was idle, peak ${count(cpu.peakMemoryMiB)} MiB`,
      ),
    ),
  ];
}

function steadyLines(steady: SteadyLatency): string[] {
  return [
    line(
      `steady ${count(steady.perSecond)} events/s over HTTP`,
      `${count(steady.events)} events, one endpoint each`,
    ),
    line('', `send to 202:          ${latency(steady.sendToAccepted)}`),
    line('', `send to receipt:      ${latency(steady.sendToReceipt)}`),
    line('', `202 to receipt:       ${latency(steady.acceptedToReceipt)}`),
    line(
      '',
      `CPU an event: ${steady.cpu.map((cpu) => `${cpu.process} ${micros(cpu.microsPerDelivery)}`).join(', ')}`,
    ),
    ...otherLoadLines(steady.otherLoadCores),
  ];
}

function quiet(quietAfterMs: number | null): string {
  return quietAfterMs === null ? '' : `; tables caught up and all idle after ${seconds(quietAfterMs)}`;
}
