import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Receiver } from '@postel/testing';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { metric } from './harness/metric.js';
import { verifySignatures } from './harness/signatures.js';
import { connectProducer } from './harness/nats-producer.js';
import { createTenant } from './harness/tenant-client.js';

const patienceMs = 180_000;

interface Told {
  readonly id: string;
  readonly type: string;
  readonly data: { readonly object: Readonly<Record<string, unknown>> & { endpointId: string } };
}

describe('endpoints that fail', () => {
  let fleet: Fleet;
  let nats: NatsConnection;
  /** The endpoint of the tenant `operator`. */
  let operator: Receiver;
  let secret: string;
  /** What came on `postel.ops.*`, by subject. */
  const onNats: { subject: string; told: Told }[] = [];
  const onEventsOf = (tenant: string) => ({ 'postel-tenant': tenant });

  beforeAll(async () => {
    fleet = await startFleet();
    nats = await connect({ servers: fleet.nats.url });
    nats.subscribe('postel.ops.*', {
      callback: (_error, message) =>
        void onNats.push({ subject: message.subject, told: message.json<Told>() }),
    });
    await createTenant(fleet.api, 'operator');
    operator = await fleet.receiver();
    const created = await fleet.api.request('POST', '/v1/endpoints', {
      body: { url: operator.url, events: ['postel.*'] },
      headers: onEventsOf('operator'),
    });
    secret = (created.json as { secret: string }).secret;
  }, fleetPatienceMs);
  afterAll(async () => {
    await nats?.close();
    await fleet?.stop();
  }, fleetPatienceMs);

  const told = (endpointId: string): Told[] => {
    const all = operator.requests.map(({ rawBody }) => JSON.parse(rawBody.toString()) as Told);
    return all.filter(({ data }) => data.object.endpointId === endpointId);
  };
  /** Without repetitions, which a receiver tells by the id. */
  const kindsTold = (endpointId: string): string[] => {
    const news = told(endpointId).filter(({ type }) => type !== 'postel.delivery.dead');
    return [...new Map(news.map((event) => [event.id, event.type])).values()];
  };
  const untilTold = (endpointId: string, ...kinds: string[]) =>
    eventually(
      () => (JSON.stringify(kindsTold(endpointId)) === JSON.stringify(kinds) ? true : null),
      `the operator to be told ${kinds.join()} of ${endpointId}, and not ${kindsTold(endpointId).join()}`,
      { timeoutMs: 60_000 },
    );

  let types = 0;
  async function failing(settings: object = {}, tenant = 'default') {
    const receiver = await fleet.receiver(() => ({ status: 400 }));
    const type = `order.alert_${(types += 1)}`;
    const { json } = await fleet.api.request('POST', '/v1/endpoints', {
      body: { url: `${receiver.url}/hook?token=hidden`, events: [type], ...settings },
      headers: onEventsOf(tenant),
    });
    const { id } = json as { id: string };
    const publish = async (count: number) => {
      const events = Array.from({ length: count }, (_, n) => ({ type, data: { object: { n } } }));
      const headers = onEventsOf(tenant);
      const answer = await fleet.api.request('POST', '/v1/events/batch', { body: { events }, headers });
      expect(answer.status).toBe(202);
    };
    const untilDead = (count: number) =>
      eventually(
        async () => {
          const path = `/v1/dead-letters?endpointId=${id}&limit=250`;
          const answer = await fleet.api.request('GET', path, { headers: onEventsOf(tenant) });
          return (answer.json as { data: unknown[] }).data.length >= count ? true : null;
        },
        `${count} dead letters of ${id}`,
        { timeoutMs: 60_000 },
      );
    return { id, receiver, publish, untilDead };
  }

  it(
    'warns once at ten dead letters, tells each of them, and tells of the recovery once',
    async () => {
      const { id, receiver, publish, untilDead } = await failing();
      await publish(9);
      await untilDead(9);
      await publish(3);
      await untilTold(id, 'postel.endpoint.failing');
      const dead = () =>
        new Set(
          told(id)
            .filter(({ type }) => type === 'postel.delivery.dead')
            .map((t) => t.id),
        );
      await eventually(() => dead().size === 12 || null, 'all dead letters to be told');
      // it is counted after it was told
      const alerts = () => metric(fleet.operationsUrl('dead-letter'), 'alerts_total', { kind: 'failing' });
      await eventually(async () => (await alerts()) > 0 || null, 'the alert to be counted');
      expect(await alerts()).toBe(1);

      receiver.setAnswer(() => ({ status: 200 }));
      await publish(3);
      await untilTold(id, 'postel.endpoint.failing', 'postel.endpoint.recovered');

      for (const request of operator.requests) verifySignatures(request, secret);
      const [warning] = told(id).filter(({ type }) => type === 'postel.endpoint.failing');
      expect(warning?.data.object).toMatchObject({
        severity: 'warning',
        tenant: 'default',
        endpointId: id,
        url: `${receiver.url}/hook`,
        metadata: { deadLetters: 10, windowSeconds: 3_600, inARow: 10 },
      });
      expect(operator.requests.map(({ rawBody }) => rawBody.toString()).join()).not.toContain('hidden');
      const subjects = () => {
        const its = onNats.filter(({ told: { data } }) => data.object.endpointId === id);
        return [...new Set(its.map(({ subject }) => subject))].sort();
      };
      // by another connection than the receiver's
      await eventually(() => subjects().length >= 3 || null, 'all kinds of news on NATS');
      expect(subjects()).toEqual([
        'postel.ops.delivery_dead',
        'postel.ops.endpoint_failing',
        'postel.ops.endpoint_recovered',
      ]);
    },
    patienceMs,
  );

  it(
    'disables at a hundred, and counts anew when it was enabled again',
    async () => {
      const { id, publish, untilDead } = await failing();
      await publish(99);
      await untilDead(99);
      await untilTold(id, 'postel.endpoint.failing');
      expect(await fleet.api.endpoint(id)).toMatchObject({ status: 'active' });
      await publish(1);
      await untilTold(id, 'postel.endpoint.failing', 'postel.endpoint.disabled');
      expect(await fleet.api.endpoint(id)).toMatchObject({
        status: 'disabled',
        disabledReason: 'too_many_failures',
      });
      const disabled = told(id).find(({ type }) => type === 'postel.endpoint.disabled');
      expect(disabled?.data.object).toMatchObject({
        severity: 'critical',
        metadata: { reason: 'too_many_failures', deadLetters: 100 },
      });
      await fleet.api.setEndpoint(id, 'enable');
      await publish(9);
      await untilDead(109);
      // another one that is warned of says that the log was read so far
      const other = await failing();
      await other.publish(10);
      await untilTold(other.id, 'postel.endpoint.failing');
      expect(kindsTold(id)).toHaveLength(2);
      await publish(1);
      await untilTold(id, 'postel.endpoint.failing', 'postel.endpoint.disabled', 'postel.endpoint.failing');
    },
    patienceMs,
  );

  it(
    'goes by the thresholds of its tenant, and tells of a 410',
    async () => {
      await createTenant(fleet.api, 'quick');
      const alerts = { warn: null, disable: { deadLetters: 3, windowSeconds: 60 } };
      const patched = await fleet.api.request('PATCH', '/v1/tenants/quick', { body: { alerts } });
      expect(patched.json).toMatchObject({ id: 'quick', alerts });
      const { id, publish } = await failing({}, 'quick');
      await publish(3);
      await untilTold(id, 'postel.endpoint.disabled');

      const gone = await failing();
      gone.receiver.setAnswer(() => ({ status: 410 }));
      await gone.publish(1);
      await untilTold(gone.id, 'postel.endpoint.disabled');
      const news = told(gone.id).find(({ type }) => type === 'postel.endpoint.disabled');
      expect(news?.data.object).toMatchObject({ metadata: { reason: 'gone' } });
    },
    patienceMs,
  );

  it(
    'never tells the operator of endpoints of its own, and lets nobody else tell it anything',
    async () => {
      const own = await failing({}, 'operator');
      await own.publish(12);
      await own.untilDead(12);
      const forged = await fleet.api.request('POST', '/v1/events', {
        body: { type: 'postel.endpoint.failing', data: { object: { endpointId: own.id } } },
        headers: onEventsOf('operator'),
      });
      expect([forged.status, forged.json]).toMatchObject([422, { code: 'reserved_event_type' }]);
      const producer = await connectProducer(fleet.nats.url);
      const object = JSON.stringify({ endpointId: 'forged' });
      await producer.publish('postel.ops.endpoint_failing', object);
      await producer.publish('postel.ops.anything', object, { 'Postel-Tenant': 'operator' });
      await producer.close();
      const invalid = await eventually(async () => {
        const { data } = await fleet.api.deadLetters('reason=invalid_event');
        return data[0] ?? null;
      }, 'the dead letter of what was forged');
      expect(invalid.lastError).toMatchObject({ code: 'reserved_event_type' });

      const other = await failing();
      await other.publish(10);
      await untilTold(other.id, 'postel.endpoint.failing');
      expect(told(own.id)).toEqual([]);
      expect(told('forged')).toEqual([]);
      const { json } = await fleet.api.request('GET', '/v1/event-types/postel.endpoint.failing', {
        headers: onEventsOf('operator'),
      });
      expect(json).toMatchObject({ name: 'postel.endpoint.failing', origin: 'standard' });
      expect(await fleet.api.request('GET', '/v1/event-types/postel.endpoint.failing')).toMatchObject({
        status: 404,
      });
    },
    patienceMs,
  );

  it.each([['alerts.before-effect'], ['alerts.after-effect']])(
    'does what was decided, and tells it once, after a crash at %s',
    async (failpoint) => {
      const endpoint = await failing();
      const service = fleet.service('dead-letter');
      await service.kill();
      await fleet.restart('dead-letter', 0, { POSTEL_FAILPOINTS: `${failpoint}=exit` });
      await endpoint.publish(100);
      await eventually(() => !fleet.service('dead-letter').isAlive() || null, 'the service to crash', {
        timeoutMs: 60_000,
      });
      await fleet.restart('dead-letter');
      await untilTold(endpoint.id, 'postel.endpoint.failing', 'postel.endpoint.disabled');
      expect(await fleet.api.endpoint(endpoint.id)).toMatchObject({ disabledReason: 'too_many_failures' });
      const warnings = told(endpoint.id).filter(({ type }) => type === 'postel.endpoint.failing');
      expect(warnings).toHaveLength(1);
    },
    patienceMs,
  );
});
