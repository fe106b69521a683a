import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Receiver } from '@postel/testing';
import { problemOf } from './harness/api-client.js';
import { eventIdOf } from './harness/event-id-of.js';
import { eventually } from './harness/eventually.js';
import { fleetPatienceMs, type RunningPostel } from './harness/fleet.js';
import { connectProducer, type NatsProducer } from './harness/nats-producer.js';
import { goodEvent } from './faults/fault.js';
import { natsFaults } from './faults/nats-faults.js';
import { httpFaults } from './faults/http-faults.js';
import { startTogether } from './harness/together.js';

describe('bad input', () => {
  let fleet: RunningPostel;
  let producer: NatsProducer;
  let receiver: Receiver;
  beforeAll(async () => {
    fleet = await startTogether();
    producer = await connectProducer(fleet.nats.url);
    receiver = await fleet.receiver();
    await fleet.api.createEndpoint({ url: receiver.url });
  }, fleetPatienceMs);
  afterAll(async () => {
    await producer?.close();
    await fleet?.stop();
  }, fleetPatienceMs);

  it.each(httpFaults)('is one problem: $name', async (fault) => {
    const { method = 'POST', path, request, status, code, at, says } = fault;
    const answer = await fleet.api.request(method, path, request);
    const problem = problemOf(answer);
    expect({ status: answer.status, code: problem.code }).toEqual({ status, code });
    expect(problem.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(problem.requestId).toBe(answer.headers.get('x-request-id'));
    expect(problem.requestId).toBeTruthy();
    const paths = problem.errors?.map((error) => error.path) ?? [];
    if (at !== undefined) expect(paths).toEqual([at].flat());
    // of a body or a query each fault has its path (contract: HTTP API)
    else if (status === 400 || status === 422) expect(paths).not.toEqual([]);
    if (says) expect(answer.text.replaceAll('\\"', '"')).toMatch(says);
    // what nobody may learn from an error
    expect(answer.text).not.toMatch(/node_modules|at \w+ \(|SELECT |e2e-admin-token/);
  });

  it('names the field of a bad change, and changes nothing', async () => {
    const endpoint = await fleet.api.createEndpoint({ url: receiver.url, events: ['never.sent'] });
    for (const [body, at] of [
      [{ url: 'ftp://example.com' }, 'url'],
      [{ url: 'http://10.0.0.1/' }, 'url'],
      [{ events: ['x'] }, 'events.0'],
      [{ status: 'active' }, 'status'],
      [{ id: 'ep_other' }, 'id'],
    ] as const) {
      const answer = await fleet.api.request('PATCH', `/v1/endpoints/${endpoint.id}`, { body });
      expect({ body, status: answer.status, at: problemOf(answer).errors?.[0]?.path }).toEqual({
        body,
        status: 422,
        at,
      });
    }
    const { secret: _shown, ...rest } = endpoint;
    expect(await fleet.api.endpoint(endpoint.id)).toEqual(rest);
  });

  it('keeps the request id that a caller chose', async () => {
    const answer = await fleet.api.request('GET', '/v1/nothing', { headers: { 'x-request-id': 'mine-1' } });
    expect(answer.headers.get('x-request-id')).toBe('mine-1');
    // through ingest to another service, too
    const forwarded = await fleet.api.request('GET', '/v1/deliveries/x', {
      headers: { 'x-request-id': 'mine-2' },
    });
    expect(problemOf(forwarded).requestId).toBe('mine-2');
  });

  it('still takes and delivers a good event after all of this', async () => {
    const before = receiver.requests.length;
    const { id } = await fleet.api.publish(goodEvent);
    await receiver.waitFor((requests) => requests.some((request) => eventIdOf(request) === id));
    expect(receiver.requests).toHaveLength(before + 1);
  });

  describe('on NATS', () => {
    it.each(natsFaults)(
      'ends as a dead letter with its bytes: $name',
      async ({ payload, headers, code, path }) => {
        const received = receiver.requests.length;
        const known = new Set(
          (await fleet.api.all((query) => fleet.api.deadLetters(query))).map(({ id }) => id),
        );
        await producer.publish('order.created', payload, headers);
        const dead = await eventually(async () => {
          const { data } = await fleet.api.deadLetters('reason=invalid_event');
          return data.find(({ id }) => !known.has(id));
        }, 'the dead letter');
        expect(dead).toMatchObject({
          reason: 'invalid_event',
          deliveryId: null,
          endpointId: null,
          attempts: 0,
          lastStatus: null,
        });
        expect(dead.lastError).toEqual({
          code,
          message: expect.any(String),
          ...(path === undefined ? {} : { path }),
        });
        const shown = await fleet.api.deadLetter(dead.id);
        expect(Buffer.from(shown.payload ?? 'nothing', 'base64').equals(Buffer.from(payload))).toBe(true);
        // nothing stops
        const good = await producer.publish('order.created', '{"after":true}');
        await receiver.waitFor(received + 1);
        expect(good.duplicate).toBe(false);
        expect(receiver.requests).toHaveLength(received + 1);
      },
    );

    it.each([
      { name: 'not JSON', payload: '{', header: 'refused-1', eventId: 'refused-1' },
      {
        name: 'a bad time',
        payload: '{"id":"refused-2","created":"now","data":{"object":{}}}',
        eventId: 'refused-2',
      },
      {
        name: 'too large',
        payload: `{"x":"${'x'.repeat(262_144)}"}`,
        header: 'refused-3',
        eventId: 'refused-3',
      },
    ])('is found by the id that its producer gave: $name', async ({ payload, header, eventId }) => {
      await producer.publish('order.created', payload, header === undefined ? {} : { 'Nats-Msg-Id': header });
      const dead = await eventually(
        async () => (await fleet.api.deadLetters(`eventId=${eventId}`)).data[0],
        'the dead letter of the event',
      );
      expect(dead).toMatchObject({ eventId, reason: 'invalid_event' });
      // the archive, which may be behind, has it under the same
      const replay = await eventually(async () => {
        const answer = await fleet.api.request('POST', `/v1/events/${eventId}/replay`, { body: {} });
        return answer.status === 404 ? null : answer;
      }, 'the event to be in the archive');
      expect(replay).toMatchObject({ status: 409, json: { code: 'event_not_understood' } });
    });

    it('cannot be redriven: there is nothing to deliver', async () => {
      const [dead] = (await fleet.api.deadLetters('reason=invalid_event')).data;
      expect(await fleet.api.redriveAll({ reason: 'invalid_event' })).toBe(0);
      expect(await fleet.api.request('POST', `/v1/dead-letters/${dead?.id}/redrive`)).toMatchObject({
        status: 409,
        json: { code: 'event_not_understood' },
      });
    });
  });
});
