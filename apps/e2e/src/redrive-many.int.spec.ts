import { connect } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { logSubject, type ConservationAnswer, type RedriveAnswer } from '@postel/contracts';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { stopChild } from './harness/stop-child.js';
import { Subscriptions } from './harness/subscriptions.js';

const patienceMs = 180_000;
const atOnce = 1_000;
/** So many that the job is in the midst of them when it is paused, and again when its process is killed. */
const others = 300;
const count = atOnce + others;

describe('a redrive of more dead letters than one request takes', () => {
  let fleet: Fleet;
  let subscriptions: Subscriptions;
  beforeAll(async () => {
    // an endpoint with so many dead letters would be disabled
    fleet = await startFleet({ env: { POSTEL_ALERTS: JSON.stringify({ warn: null, disable: null }) } });
    subscriptions = new Subscriptions(fleet, 'redriven');
  }, fleetPatienceMs);
  afterAll(async () => {
    await subscriptions?.close();
    await fleet?.stop();
  }, fleetPatienceMs);

  async function redriveAll(endpointId: string): Promise<RedriveAnswer> {
    const answer = await fleet.api.request('POST', '/v1/dead-letters/redrive', { body: { endpointId } });
    expect(answer.status).toBe(202);
    return answer.json as RedriveAnswer;
  }

  const jobOnce = (id: string, expected: object, describe: string) =>
    eventually(
      async () => {
        const job = await fleet.api.job(id);
        expect(job).toMatchObject(expected);
        return job;
      },
      describe,
      { timeoutMs: 60_000 },
    );

  /** The ids of the events whose dead letters are left, once there are so many. */
  const deadOnce = (left: number) =>
    eventually(
      async () => {
        const letters = await fleet.api.all((query) => fleet.api.deadLetters(query));
        if (letters.length !== left) throw new Error(`${letters.length} are there`);
        return new Set(letters.map(({ eventId }) => eventId));
      },
      `${left} dead letters`,
      { timeoutMs: 60_000 },
    );

  /** By their events, once all are in this state. */
  const deliveriesOnce = (endpointId: string, status: string, wanted: number) =>
    eventually(
      async () => {
        const rows = await fleet.api.all((query) => fleet.api.deliveries(query), `endpointId=${endpointId}`);
        const isSo = rows.length === wanted && rows.every((row) => row.status === status);
        return isSo ? new Map(rows.map((row) => [row.eventId, row])) : null;
      },
      `${wanted} deliveries to be ${status}`,
      { timeoutMs: 60_000 },
    );

  /** When the log has got a page of reopenings that the work makes happen, and the row of the job cannot say so yet. */
  async function killAfterPage(work: () => Promise<unknown>): Promise<void> {
    const service = fleet.service('dead-letter');
    const connection = await connect({ servers: fleet.nats.url });
    try {
      connection.subscribe(logSubject('default', 'delivery.reopened'), {
        callback: (_, { headers }) => {
          if (headers?.has('Nats-Batch-Commit')) service.signal('SIGKILL');
        },
      });
      await connection.flush();
      await work();
      await eventually(() => !service.isAlive() || null, 'the process to be killed');
    } finally {
      await connection.close();
    }
  }

  it(
    'goes on as a job that can be watched and paused, and that outlives its process; each event comes once more',
    async () => {
      const { api } = fleet;
      const { endpoint, receiver, type } = await subscriptions.add({ maxInFlight: 50 }, () => ({
        status: 404,
      }));
      const ids = [
        ...(await subscriptions.publish({ type }, atOnce)),
        ...(await subscriptions.publish({ type }, others)),
      ];
      const before = await deliveriesOnce(endpoint.id, 'dead', count);
      await deadOnce(count);
      expect(receiver.arrivals).toHaveLength(count);
      receiver.setAnswer(() => ({}));
      const came = () => receiver.arrivals.slice(count).map(({ eventId }) => eventId);
      const untilCame = (wanted: number) =>
        eventually(() => came().length >= wanted || null, `${wanted} requests after the repair`, {
          timeoutMs: 60_000,
        });

      // with nobody to take them a job does no more than its first page: it stays in the midst of its work
      await stopChild(fleet.service('deliverer'));
      const answer = await redriveAll(endpoint.id);
      expect(answer).toEqual({ redriven: atOnce, jobId: expect.any(String) });
      const jobId = answer.jobId as string;
      const begun = await jobOnce(jobId, { waitingFor: 'tables' }, 'the job to wait for its first page');
      expect(begun).toMatchObject({
        kind: 'redrive',
        state: 'running',
        parameters: { endpointId: endpoint.id },
        progress: { total: others, failed: 0, deliveries: begun.progress.done },
        completedAt: null,
      });
      const left = others - begun.progress.done;
      expect(begun.progress.done).toBeGreaterThan(0);
      expect(left).toBeGreaterThan(0);

      expect(await api.setJob(jobId, 'pause')).toMatchObject({ state: 'paused', progress: begun.progress });
      await fleet.restart('deliverer');
      await untilCame(count - left);
      const waiting = await deadOnce(left);
      // live traffic goes on; by the time it is listed, a job that goes on had done so too
      const [live = ''] = await subscriptions.publish({ type }, 1);
      await untilCame(count - left + 1);
      await eventually(
        async () => (await api.deliveriesOfEvent(live))[0]?.status === 'succeeded' || null,
        live,
      );
      expect(await api.job(jobId)).toMatchObject({ state: 'paused', progress: begun.progress });
      expect(came().sort()).toEqual([...ids.filter((id) => !waiting.has(id)), live].sort());
      await deadOnce(left);

      await killAfterPage(() => api.setJob(jobId, 'resume'));
      const orphan = await api.job(jobId);
      expect(orphan).toMatchObject({ state: 'running', completedAt: null });
      expect(orphan.progress.done).toBeLessThan(others);
      await fleet.restart('dead-letter');
      const ended = await jobOnce(jobId, { completedAt: expect.any(String) }, 'the job to end');
      expect(ended).toMatchObject({
        state: 'succeeded',
        progress: { done: others, total: others, failed: 0, deliveries: others },
        waitingFor: null,
        error: null,
      });

      const all = count + 1; // with the live one
      await untilCame(all);
      const after = await deliveriesOnce(endpoint.id, 'succeeded', all);
      expect(came().sort()).toEqual([...ids, live].sort());
      // the same deliveries, with one more attempt each
      const [was, is] = [before, after].map((rows) => ids.map((id) => rows.get(id)?.id));
      expect(is).toEqual(was);
      expect(new Set(ids.map((id) => after.get(id)?.attempts))).toEqual(new Set([2]));
      await deadOnce(0);
      expect(await redriveAll(endpoint.id)).toEqual({ redriven: 0, jobId: null });
      await eventually(async () => {
        const { json } = await api.request('GET', '/v1/conservation');
        expect(json as ConservationAnswer).toMatchObject({
          events: { accepted: all, fannedOut: all, awaiting: 0, difference: 0 },
          deliveries: { created: all, succeeded: all, pending: 0, retrying: 0, dead: 0, difference: 0 },
        });
        return true;
      }, 'the figures to add up');
      expect(came()).toHaveLength(all);
    },
    patienceMs,
  );
});
