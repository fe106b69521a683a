import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { ConservationAnswer } from '@postel/contracts';
import { waitUntil } from '@postel/testing';
import { once } from 'node:events';
import { connect as tcp } from 'node:net';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';
import { metric } from './harness/metric.js';
import { stopChild } from './harness/stop-child.js';
import { createTenant } from './harness/tenant-client.js';

const patienceMs = 120_000;
const body = { type: 'order.created', data: { object: { id: 'ord_poison' } } };

describe('an event that brings the dispatcher down, or fails there, again and again', () => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = await startFleet();
  }, fleetPatienceMs);
  afterAll(async () => {
    await fleet?.stop();
  }, fleetPatienceMs);

  /** As dispatchers do that fail with it, or die. */
  async function handOutInVain(times: number): Promise<void> {
    const connection = await connect({ servers: fleet.nats.url });
    const consumer = await jetstream(connection).consumers.get('EVENTS', 'dispatcher');
    for (let seen = 0; seen < times;) {
      const message = await consumer.next({ expires: 20_000 });
      if (!message) throw new Error(`handed out ${seen} times only`);
      seen = message.info.deliveryCount;
      message.nak();
    }
    await connection.close();
  }

  const ofDispatcher = (name: string, labels: Record<string, string>) =>
    metric(fleet.operationsUrl('dispatcher'), name, labels);

  async function expectLevel(figures: object): Promise<void> {
    await eventually(async () => {
      const answer = await fleet.api.request('GET', '/v1/conservation');
      const { events, deliveries } = answer.json as ConservationAnswer;
      expect({ events, deliveries }).toMatchObject(figures);
      return true;
    }, 'the figures');
  }

  it(
    'ends as a dead letter of its tenant, counted once, and the next one goes its way',
    async () => {
      const acme = await createTenant(fleet.api, 'acme');
      const receiver = await fleet.receiver();
      await acme.expect(201, 'POST', '/v1/endpoints', { url: receiver.url, events: ['order.created'] });
      await stopChild(fleet.service('dispatcher'));
      await acme.expect(202, 'POST', '/v1/events', body);
      await handOutInVain(20);
      await acme.expect(202, 'POST', '/v1/events', { ...body, id: 'evt_next' });
      await fleet.restart('dispatcher');
      const [request] = await receiver.waitFor(1);
      expect(request?.headers['webhook-id']).toBe('evt_next');
      const dead = await eventually(async () => {
        const { data } = await acme.expect(200, 'GET', '/v1/dead-letters');
        return (data as object[]).length > 0 ? data : null;
      }, 'the dead letter');
      expect(dead).toMatchObject([
        { reason: 'invalid_event', deliveryId: null, lastError: { code: 'internal_error' } },
      ]);
      expect((await fleet.api.deadLetters()).data).toEqual([]);
      expect(await ofDispatcher('dead_letters_total', {})).toBe(1);
      expect(await ofDispatcher('dead_letters_total', { reason: 'invalid_event' })).toBe(1);
      const rejected = { door: 'http', code: 'internal_error' };
      expect(await ofDispatcher('events_rejected_total', rejected)).toBe(1);
      expect(receiver.requests).toHaveLength(1);
    },
    patienceMs,
  );

  it(
    'ends as a dead letter of each delivery that the log has already, and not as an event that nobody understood',
    async () => {
      const receiver = await fleet.receiver();
      const { id } = await fleet.api.createEndpoint({ url: receiver.url, events: ['order.created'] });
      await stopChild(fleet.service('dispatcher'));
      await fleet.restart('dispatcher', 0, { POSTEL_FAILPOINTS: 'dispatcher.after-fact=exit' });
      const { id: eventId } = await fleet.api.publish(body);
      await fleet.service('dispatcher').exited;
      await handOutInVain(20);
      await fleet.restart('dispatcher');
      const [dead] = await eventually(async () => {
        const { data } = await fleet.api.deadLetters();
        return data.length > 0 ? data : null;
      }, 'the dead letter');
      expect(dead).toMatchObject({ reason: 'poison', eventId, endpointId: id, attempts: 0 });
      expect(await ofDispatcher('dead_letters_total', { reason: 'poison' })).toBe(1);
      expect(await ofDispatcher('dead_letters_total', {})).toBe(1);
      expect(await ofDispatcher('deliveries_total', { outcome: 'died' })).toBe(1);
      await expectLevel({
        events: { accepted: 1, fannedOut: 1, invalid: 0, awaiting: 0, difference: 0 },
        deliveries: { created: 1, dead: 1, pending: 0, difference: 0 },
      });
      // what went wrong is mended
      await fleet.api.request('POST', `/v1/dead-letters/${dead?.id}/redrive`);
      await receiver.waitFor(1);
      await waitUntil(async () => (await fleet.api.deadLetters()).data.length === 0);
    },
    patienceMs,
  );

  it(
    'is refused where its headers are none, and stops nobody behind it',
    async () => {
      const connection = tcp({ port: Number(new URL(fleet.nats.url).port), host: '127.0.0.1' });
      await once(connection, 'connect');
      const headers = 'NATS/1.0\r\nbad name: x\r\nPostel-Tenant: acme\r\n\r\n';
      const payload = '{"data":{"object":{}}}';
      const sizes = `${headers.length} ${headers.length + payload.length}`;
      connection.write(`CONNECT {"verbose":false,"headers":true}\r\nHPUB order.bad ${sizes}\r\n`);
      connection.end(`${headers}${payload}\r\n`);
      const [dead] = await eventually(async () => {
        const { data } = await fleet.api.deadLetters('type=order.bad');
        return data.length > 0 ? data : null;
      }, 'the dead letter');
      expect(dead).toMatchObject({ reason: 'invalid_event', lastError: { code: 'malformed_request' } });
      // archived, as the one behind it
      await eventually(() => fleet.api.event(String(dead?.eventId)), 'the event');
      const { id } = await fleet.api.publish(body);
      await eventually(() => fleet.api.event(id), 'the event behind it');
    },
    patienceMs,
  );
});
