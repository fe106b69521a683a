import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ConservationAnswer } from '@postel/contracts';
import { startCountingReceiver, type CountingReceiver } from '../harness/counting-receiver.js';
import { eventually } from '../harness/eventually.js';
import { fleetPatienceMs, type RunningPostel } from '../harness/fleet.js';
import { startTogether } from '../harness/together.js';

const patienceMs = 180_000;
const type = 'order.disabled';
/** By which Postel disables an endpoint that nobody set other thresholds for. */
const failuresToDisable = 100;

describe('an endpoint that is disabled by a hundred failures, enabled again, and recovered', () => {
  let postel: RunningPostel;
  let receiver: CountingReceiver;
  let isMended = true;
  beforeAll(async () => {
    postel = await startTogether();
    receiver = await startCountingReceiver(() => ({ status: isMended ? 200 : 400 }));
  }, fleetPatienceMs);
  afterAll(async () => {
    await receiver?.close();
    await postel?.stop();
  }, fleetPatienceMs);

  async function publish(count: number, word: string): Promise<string[]> {
    const ids = Array.from({ length: count }, (_, n) => `${word}-${n}`);
    const events = ids.map((id) => ({ id, type, data: { object: { id } } }));
    expect((await postel.api.publishBatch(events)).accepted).toHaveLength(count);
    return ids;
  }

  async function recovered(endpointId: string, since: string, only: 'failed' | 'missing'): Promise<number> {
    const { id } = await postel.api.recover(endpointId, { since, only });
    const job = await eventually(
      async () => {
        const now = await postel.api.job(id);
        return now.completedAt === null ? null : now;
      },
      `the recover of what is ${only} to end`,
      { timeoutMs: 90_000 },
    );
    expect(job).toMatchObject({ state: 'succeeded', error: null });
    return job.progress.deliveries;
  }

  it(
    'gets everything since then, with nothing missing and nothing twice',
    async () => {
      const { api } = postel;
      const since = new Date().toISOString();
      const retry = { maxAttempts: 1 };
      const { id } = await api.createEndpoint({ url: receiver.url, events: [type], retry });
      const before = await publish(20, 'before');
      await eventually(() => receiver.arrivals.length === 20 || null, 'the first events');

      isMended = false;
      const failed = await publish(failuresToDisable, 'failed');
      const disabled = await eventually(
        async () => {
          const endpoint = await api.endpoint(id);
          return endpoint.status === 'disabled' ? endpoint : null;
        },
        'the endpoint to be disabled',
        { timeoutMs: 60_000 },
      );
      expect(disabled).toMatchObject({ disabledReason: 'too_many_failures' });
      expect(receiver.arrivals).toHaveLength(20 + failuresToDisable);
      const missed = await publish(30, 'missed');
      await eventually(() => api.event('missed-29'), 'the events to be archived');

      isMended = true;
      const arrivalsBefore = receiver.arrivals.length;
      await api.setEndpoint(id, 'enable');
      const after = await publish(10, 'after');
      expect(await recovered(id, since, 'failed')).toBe(failed.length);
      expect(await recovered(id, since, 'missing')).toBe(missed.length);

      const wanted = [...failed, ...missed, ...after].sort();
      const arrived = () => receiver.arrivals.slice(arrivalsBefore).map(({ eventId }) => eventId);
      await eventually(() => arrived().length >= wanted.length || null, 'all of them to come', {
        timeoutMs: 90_000,
      });
      const events = before.length + wanted.length;
      await eventually(
        async () => {
          const answer = (await api.request('GET', '/v1/conservation')).json as ConservationAnswer;
          expect(answer).toMatchObject({
            events: { accepted: events, fannedOut: before.length + failed.length + after.length },
            deliveries: { succeeded: events, pending: 0, retrying: 0, dead: 0, difference: 0 },
          });
          return true;
        },
        'the figures to be level',
        { timeoutMs: 60_000 },
      );
      expect(arrived().sort()).toEqual(wanted);
      expect(await recovered(id, since, 'failed')).toBe(0);
      expect(await recovered(id, since, 'missing')).toBe(0);
    },
    patienceMs,
  );
});
