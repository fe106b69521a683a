import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTraceCollector, type TraceCollector } from '@postel/testing';
import { attempts, contextOf, newContext, traceWith } from './harness/collected-traces.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { tracingTo } from './harness/tracing-to.js';

const order = { id: 'ord_abc123', amount: 9_999 };
const retry = { maxAttempts: 5, initialDelayMs: 100, multiplier: 1, jitter: 0 };

describe('traces that are not recorded, or that nobody takes', () => {
  let collector: TraceCollector;
  let fleet: Fleet;
  beforeAll(async () => {
    collector = await startTraceCollector();
    const sampling = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' };
    fleet = await startFleet({ env: { ...tracingTo(collector.url), ...sampling } });
  }, fleetPatienceMs);
  afterAll(async () => {
    // each ends with 0 and in time, although the last spans have nowhere to go
    await fleet?.stop();
    await collector?.close();
  }, fleetPatienceMs);

  async function published(headers: Readonly<Record<string, string>> = {}): Promise<void> {
    const body = { type: 'order.created', data: { object: order } };
    const answer = await fleet.api.request('POST', '/v1/events', { body, headers });
    expect(answer.status).toBe(202);
  }

  it('cost nobody a delivery', async () => {
    const receiver = await fleet.receiver((_request, number) => ({ status: number === 1 ? 503 : 200 }));
    await fleet.api.createEndpoint({ url: receiver.url, events: ['order.created'], retry });
    await published();
    const [first, second] = (await receiver.waitFor(2)).map(contextOf);
    // one decision, for all of the trace
    expect([first?.flags, second?.flags]).toEqual(['00', '00']);
    expect(second?.traceId).toBe(first?.traceId);
    const { traceId } = newContext();
    await published({ traceparent: `00-${traceId}-00f067aa0ba902b7-00` });
    const third = (await receiver.waitFor(3)).map(contextOf)[2];
    expect(third).toMatchObject({ traceId, flags: '00' });

    // one that is recorded comes after them: so they would have been here
    const recorded = newContext();
    await published(recorded.headers);
    await receiver.waitFor(4);
    await traceWith(collector, recorded.traceId, (spans) => attempts(spans).length === 1);
    expect(new Set(collector.spans().map((span) => span.traceId))).toEqual(new Set([recorded.traceId]));

    await collector.close();
    const lost = newContext();
    await published(lost.headers);
    const last = (await receiver.waitFor(5)).map(contextOf)[4];
    expect(last).toMatchObject({ traceId: lost.traceId, flags: '01' });
  });
});
