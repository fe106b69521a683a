import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTraceCollector, type CollectedSpan, type TraceCollector } from '@postel/testing';
import { contextOf } from './harness/collected-traces.js';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, serviceNames, startFleet, type Fleet, type ServiceName } from './harness/fleet.js';
import {
  documentedLines,
  everyLineHas,
  knownLines,
  linesOf,
  nameOf,
  traceFieldNames,
  type LogLine,
} from './harness/known-lines.js';
import { connectProducer } from './harness/nats-producer.js';
import { tracingTo } from './harness/tracing-to.js';

const payload = 'payload-of-this-test';
/** Beside what this run writes: a fault of ours that comes 20 times, which poison.int.spec.ts provokes. */
const notHere = ['fan-out: event cut off'];

describe('the log of every service at debug', () => {
  let collector: TraceCollector;
  let lines: LogLine[];
  /** What the receiver was sent, of an event that came without a trace. */
  let sent: ReturnType<typeof contextOf> | undefined;
  let fleet: Fleet | null = null;
  beforeAll(async () => {
    collector = await startTraceCollector();
    fleet = await startFleet({ env: { ...tracingTo(collector.url), POSTEL_LOG_LEVEL: 'debug' } });
    const { service } = fleet;
    await someWork(fleet);
    const written = (name: ServiceName) => linesOf(service(name).output()).map((line) => ({ name, line }));
    await fleet.stop();
    fleet = null;
    const all = serviceNames.flatMap(written);
    expect(all.filter(({ name, line }) => line.service !== name)).toEqual([]);
    lines = all.map(({ line }) => line);
  }, 2 * fleetPatienceMs);
  afterAll(async () => {
    await fleet?.stop();
    await collector?.close();
  }, fleetPatienceMs);

  async function someWork({ api, nats, receiver }: Fleet): Promise<void> {
    const [works, refuses] = [await receiver(), await receiver(() => ({ status: 404 }))];
    await api.createEndpoint({ url: works.url, events: ['order.created'] });
    await api.createEndpoint({ url: refuses.url, events: ['order.updated'] });
    const producer = await connectProducer(nats.url);
    await producer.publish('order.created', JSON.stringify({ note: payload }));
    [sent] = (await works.waitFor(1)).map(contextOf);
    await producer.publish('order.deleted', `not JSON: ${payload}`);
    await producer.publish('payment.unmatched', '{}');
    await producer.close();
    await api.publish({ type: 'order.updated', data: { object: { note: payload } } });
    await refuses.waitFor(1);
    // the last that is stored: a delivery and an event ended
    await eventually(async () => (await api.deadLetters()).data.length === 2 || null, 'both dead letters');
    await eventually(async () => (await api.deliveries()).data.length === 2 || null, 'both deliveries');
  }

  const named = (name: string) => lines.filter((line) => nameOf(line) === name);
  const spans = (): readonly CollectedSpan[] => collector.spans();
  /** Of the span that a line names. */
  const spanOf = ({ span_id, trace_id }: LogLine) =>
    spans().find(({ spanId, traceId }) => spanId === span_id && traceId === trace_id);

  it('has lines of JSON alone, each with who says it, when and how loud', () => {
    for (const line of lines)
      expect(line).toMatchObject({
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        level: expect.stringMatching(/^(debug|info|warn|error)$/),
        msg: expect.any(String),
      });
    expect(lines.filter((line) => JSON.stringify(line).includes(payload))).toEqual([]);
  });

  it('has of each unit of work the fields that are documented, and no other', () => {
    // trouble is told in words of its own
    const isTrouble = (line: LogLine) => ['warn', 'error'].includes(line.level) && !knownLines[nameOf(line)];
    const ofWork = lines.filter((line) => line.component !== undefined && !isTrouble(line));
    for (const line of ofWork) {
      const known = knownLines[nameOf(line)];
      expect({ name: nameOf(line), isKnown: known?.of.includes(line.service) }).toEqual({
        name: nameOf(line),
        isKnown: true,
      });
      const may = [...(known?.sometimes ?? []), ...traceFieldNames];
      const own = Object.keys(line).filter((key) => !everyLineHas.includes(key) && !may.includes(key));
      expect([nameOf(line), own.sort()]).toEqual([nameOf(line), [...(known?.fields ?? [])].sort()]);
    }
    expect([...new Set([...ofWork.map(nameOf), ...notHere])].sort()).toEqual(Object.keys(knownLines).sort());
  });

  it('is what the reference says', () => {
    const documented = documentedLines();
    for (const [name, { of, fields, sometimes = [] }] of Object.entries(knownLines)) {
      const row = documented.get(name);
      const told = row?.of === 'all' ? [...serviceNames] : (row?.of.split(', ') ?? []);
      expect([name, told.sort()]).toEqual([name, [...of].sort()]);
      const left = [...fields, ...sometimes].filter((field) => !row?.tells.includes(`\`${field}\``));
      expect([name, left]).toEqual([name, []]);
    }
    const levelOf = (line: LogLine) => documented.get(nameOf(line))?.level;
    const otherwise = lines.filter(
      (line) =>
        knownLines[nameOf(line)] &&
        ![`\`${line.level}\``, 'see below'].some((level) => levelOf(line)?.includes(level)),
    );
    expect(otherwise).toEqual([]);
    const rows = [...documented.keys()].filter((name) => /^(http|fan-out|attempts|projections)/.test(name));
    expect(rows.filter((name) => !(name in knownLines))).toEqual([]);
  });

  it('names the span of each event and attempt, also of a trace that Postel began', () => {
    for (const [name, { hasSpan }] of Object.entries(knownLines)) {
      if (!hasSpan) continue;
      expect(named(name).filter((line) => !spanOf(line))).toEqual([]);
    }
    const attempt = named('attempts: attempt').find(({ span_id }) => span_id === sent?.spanId);
    expect(attempt).toMatchObject({ trace_id: sent?.traceId, outcome: 'delivery.succeeded', status: 200 });
    const fanOut = named('fan-out: event').find(({ trace_id }) => trace_id === sent?.traceId);
    expect(fanOut && spanOf(fanOut)).toMatchObject({ name: 'process EVENTS', service: 'postel-dispatcher' });
  });

  it('names the span of each request with a credential', () => {
    const requests = named('http: request').filter(({ actor }) => actor !== null);
    expect(requests.map(({ route }) => route)).toContain('/v1/events');
    expect(requests.filter((line) => spanOf(line)?.kind !== 'server')).toEqual([]);
  });
});
