import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { problemOf } from './harness/api-client.js';
import { repeatedIn, type CountingReceiver } from './harness/counting-receiver.js';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { Subscriptions } from './harness/subscriptions.js';
import { createTenant } from './harness/tenant-client.js';

const patienceMs = 180_000;

describe('recover', () => {
  let fleet: Fleet;
  let subscriptions: Subscriptions;
  beforeAll(async () => {
    fleet = await startFleet({ replicas: { metrics: 2 } });
    subscriptions = new Subscriptions(fleet, 'recovered');
  }, fleetPatienceMs);
  afterAll(async () => {
    await subscriptions?.close();
    await fleet?.stop();
  }, fleetPatienceMs);

  /** By the clock of the broker too, which is the same machine's. */
  const now = () => new Date().toISOString();
  const ended = (jobId: string, timeoutMs = 60_000) =>
    eventually(
      async () => {
        const job = await fleet.api.job(jobId);
        return job.completedAt === null ? null : job;
      },
      'the job to end',
      { timeoutMs },
    );

  /** All of these came, each so many times. */
  async function came(receiver: CountingReceiver, ids: readonly string[], times = 1): Promise<void> {
    const counts = () => {
      const byId = new Map(ids.map((id) => [id, 0]));
      for (const { eventId } of receiver.arrivals) byId.set(eventId, (byId.get(eventId) ?? 0) + 1);
      return [...byId.values()];
    };
    const isComplete = () => counts().every((count) => count >= times) || null;
    await eventually(isComplete, `${ids.length} events to come`, { timeoutMs: 90_000 }).catch(
      (error: unknown) => {
        throw new Error(`${String(error)}; missing: ${counts().filter((count) => count < times).length}`);
      },
    );
    expect(counts().filter((count) => count !== times)).toEqual([]);
    expect(receiver.arrivals).toHaveLength(ids.length * times);
  }

  /** Events of a type, fanned out by the time this resolves: an endpoint that is created later gets none of them. */
  async function published(...counts: number[]): Promise<{ type: string; ids: readonly string[] }> {
    const { type, receiver } = await subscriptions.add({ maxInFlight: 50 });
    const ids: string[] = [];
    for (const count of counts) ids.push(...(await subscriptions.publish({ type }, count)));
    await came(receiver, ids);
    return { type, ids };
  }

  /** The endpoint has so many deliveries, and all have succeeded. */
  const settled = (endpointId: string, count: number) =>
    eventually(
      async () => {
        const rows = await fleet.api.all((query) => fleet.api.deliveries(query), `endpointId=${endpointId}`);
        return (rows.length === count && rows.every(({ status }) => status === 'succeeded')) || null;
      },
      `${count} deliveries to succeed`,
      { timeoutMs: 90_000 },
    );

  it(
    'finds what an endpoint missed while it was disabled, and nothing that it got',
    async () => {
      const since = now();
      const { endpoint, receiver, type } = await subscriptions.add({});
      const before = await subscriptions.publish({ type }, 20);
      await eventually(() => receiver.arrivals.length === 20 || null, 'the first events');
      await fleet.api.setEndpoint(endpoint.id, 'disable');
      const meanwhile = await subscriptions.publish({ type }, 30);
      const other = await subscriptions.add({});
      // events are fanned out in their order: what comes here comes after what the disabled one missed
      await came(other.receiver, await subscriptions.publish(other, 3));
      await eventually(() => fleet.api.event(meanwhile[29] as string), 'the events to be archived');
      expect((await fleet.api.deliveriesOfEvent(meanwhile[29] as string)).length).toBe(0);
      await fleet.api.setEndpoint(endpoint.id, 'enable');
      // whose fan-out is under way while the job looks for what is missing
      const after = await subscriptions.publish({ type }, 40);

      const job = await fleet.api.recover(endpoint.id, { since, only: 'missing' });
      expect(job).toMatchObject({
        kind: 'recover',
        tenant: 'default',
        parameters: { endpointId: endpoint.id, only: 'missing', since },
      });
      expect(await ended(job.id)).toMatchObject({
        state: 'succeeded',
        progress: { deliveries: 30, failed: 0 },
        error: null,
        waitingFor: null,
      });
      await came(receiver, [...before, ...meanwhile, ...after]);
      await settled(endpoint.id, 90);

      const again = await fleet.api.recover(endpoint.id, { since, only: 'missing' });
      expect((await ended(again.id)).progress.deliveries).toBe(0);
      expect(repeatedIn(receiver.arrivals)).toBe(0);
    },
    patienceMs,
  );

  it(
    'gives what failed another chance, and with `all` every event once more',
    async () => {
      const since = now();
      let answer = 400;
      const { endpoint, receiver, type } = await subscriptions.add({}, (_arrival, n) => ({
        status: n > 5 ? answer : 200,
      }));
      const good = await subscriptions.publish({ type }, 5);
      await eventually(() => receiver.arrivals.length === 5 || null, 'those that succeed');
      const bad = await subscriptions.publish({ type }, 6);
      const dead = await eventually(async () => {
        const { data } = await fleet.api.deadLetters(`endpointId=${endpoint.id}`);
        return data.length === 6 ? data : null;
      }, 'the dead letters');
      answer = 200;

      const failed = await fleet.api.recover(endpoint.id, { since, only: 'failed' });
      expect(await ended(failed.id)).toMatchObject({
        state: 'succeeded',
        progress: { done: 6, total: 6, failed: 0, deliveries: 6 },
      });
      await eventually(() => receiver.arrivals.length === 17 || null, 'those that failed');
      await settled(endpoint.id, 11);
      expect((await fleet.api.delivery(dead[0]?.deliveryId ?? '')).status).toBe('succeeded');

      const all = await fleet.api.recover(endpoint.id, { since, only: 'all' });
      expect((await ended(all.id)).progress.deliveries).toBe(11);
      await eventually(() => receiver.arrivals.length === 28 || null, 'every event once more');
      await settled(endpoint.id, 22);
      const counts = (ids: readonly string[]) =>
        ids.map((id) => receiver.arrivals.filter(({ eventId }) => eventId === id).length);
      expect(new Set(counts(good))).toEqual(new Set([2]));
      expect(new Set(counts(bad))).toEqual(new Set([3]));
      const deliveries = await fleet.api.deliveriesOfEvent(bad[0] as string);
      expect(new Set(deliveries.map(({ id }) => id)).size).toBe(2);
    },
    patienceMs,
  );

  it(
    'fills a new endpoint with what it would have got, no faster than it takes it, and waits while it is paused',
    async () => {
      const since = now();
      const { type, ids } = await published(1_000, 800);
      const receiver = await subscriptions.receiver();
      const fresh = await fleet.api.createEndpoint({
        url: receiver.url,
        events: [type],
        filter: { 'data.object.n': { gte: 100 } },
      });
      await fleet.api.setEndpoint(fresh.id, 'pause');
      const job = await fleet.api.recover(fresh.id, { since, only: 'missing' });
      const waiting = await eventually(
        async () => {
          const found = await fleet.api.job(job.id);
          return found.waitingFor === 'deliveries' ? found : null;
        },
        'the job to wait for its deliveries',
        { timeoutMs: 60_000 },
      );
      expect(waiting).toMatchObject({ state: 'running', progress: { total: 1_800 } });
      expect(waiting.progress.deliveries).toBeLessThan(1_600);
      expect(await fleet.api.setJob(job.id, 'pause')).toMatchObject({ state: 'paused' });
      expect(await fleet.api.setJob(job.id, 'pause')).toMatchObject({ state: 'paused' });
      const { progress } = await fleet.api.job(job.id);

      await fleet.api.setEndpoint(fresh.id, 'enable');
      await eventually(() => receiver.arrivals.length === progress.deliveries || null, 'what was made', {
        timeoutMs: 60_000,
      });
      expect(await fleet.api.job(job.id)).toMatchObject({ state: 'paused', progress });
      await fleet.api.setJob(job.id, 'resume');
      expect(await ended(job.id)).toMatchObject({
        state: 'succeeded',
        progress: { done: 1_800, deliveries: 1_600 },
      });
      await came(receiver, [...ids.slice(100, 1_000), ...ids.slice(1_100)]);
      expect(problemOf(await fleet.api.request('POST', `/v1/jobs/${job.id}/pause`)).code).toBe(
        'job_finished',
      );
      expect(problemOf(await fleet.api.request('POST', `/v1/jobs/${job.id}/resume`)).code).toBe(
        'job_finished',
      );
    },
    patienceMs,
  );

  it(
    'makes each delivery once, however often the processes that make them are killed',
    async () => {
      const since = now();
      const { type, ids } = await published(1_000, 900);
      const receiver = await subscriptions.receiver();
      const fresh = await fleet.api.createEndpoint({ url: receiver.url, events: [type] });
      const job = await fleet.api.recover(fresh.id, { since, only: 'all' });
      // beside others, in the order in which any of them may have the job in hand
      const kills = [1, 0, 1].map((replica, n) => ({ replica, after: n * 500 + 1 }));
      for (const { replica, after } of kills) {
        await eventually(() => receiver.arrivals.length >= after || null, `${after} deliveries`, {
          timeoutMs: 60_000,
        });
        await fleet.service('metrics', replica).kill();
        await fleet.restart('metrics', replica);
      }
      expect(await ended(job.id, 90_000)).toMatchObject({
        state: 'succeeded',
        progress: { done: 1_900, deliveries: 1_900 },
      });
      await came(receiver, ids);
      await settled(fresh.id, 1_900);
      expect(receiver.arrivals).toHaveLength(1_900);
    },
    patienceMs,
  );

  it(
    'is refused for what is not there, is disabled, or is being recovered',
    async () => {
      const since = now();
      const post = (path: string, body: object = { since, only: 'missing' }) =>
        fleet.api.request('POST', path, { body });
      const { endpoint, type } = await subscriptions.add({});
      const path = `/v1/endpoints/${endpoint.id}/recover`;
      expect(problemOf(await post('/v1/endpoints/ep_nobody/recover')).code).toBe('endpoint_not_found');
      expect(problemOf(await post(path, { since, until: since, only: 'all' }))).toMatchObject({
        status: 422,
        errors: [{ path: 'until' }],
      });
      await fleet.api.setEndpoint(endpoint.id, 'disable');
      expect(problemOf(await post(path)).code).toBe('endpoint_not_active');

      // so much is missing that a job waits for its deliveries, which wait for the endpoint
      const ids = await subscriptions.publish({ type }, 1_000);
      await eventually(() => fleet.api.event(ids[999] as string), 'the events to be archived');
      await fleet.api.setEndpoint(endpoint.id, 'enable');
      await fleet.api.setEndpoint(endpoint.id, 'pause');
      const { id } = await fleet.api.recover(endpoint.id, { since, only: 'missing' });
      const paused = await fleet.api.setJob(id, 'pause');
      expect(paused.state).toBe('paused');
      const other = await fleet.api.recover(endpoint.id, { since, only: 'missing' });
      expect(problemOf(await post(path)).code).toBe('recover_in_progress');
      const resume = () => fleet.api.request('POST', `/v1/jobs/${id}/resume`);
      expect(problemOf(await resume()).code).toBe('recover_in_progress');

      const acme = await createTenant(fleet.api, 'recover-acme');
      for (const [method, theirs] of [
        ['POST', path],
        ['GET', `/v1/jobs/${id}`],
        ['POST', `/v1/jobs/${id}/pause`],
        ['POST', `/v1/jobs/${id}/resume`],
      ] as const) {
        const body = theirs === path ? { body: { since, only: 'missing' } } : {};
        expect((await acme.request(method, theirs, body)).status).toBe(404);
      }
      expect((await fleet.api.job(id)).state).toBe('paused');
      await fleet.api.deleteEndpoint(endpoint.id);
      await ended(other.id);
      await fleet.api.setJob(id, 'resume');
      expect(await ended(id)).toMatchObject({ state: 'failed', error: 'The endpoint was deleted.' });
    },
    patienceMs,
  );
});
