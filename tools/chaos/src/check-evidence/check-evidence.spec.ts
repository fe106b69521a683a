import { describe, expect, test } from '@jest/globals';
import type { RequestRecord } from '../receive-requests/receiver-journal.js';
import { checkEvidence } from './check-evidence.js';
import type { Allowance } from './evidence.js';
import { deliveryIdOf, goodEvidence, idOf, outcome, type Doctored } from './evidence.fixture.js';

const strict: Allowance = { duplicates: 'in-flight', mustRefuse: false };
const judge = (evidence: Doctored, allowance: Allowance = strict) => checkEvidence(evidence, allowance);
const complaintsOf = (evidence: Doctored, allowance: Allowance = strict) =>
  judge(evidence, allowance).complaints.map(({ check }) => check);

/** Good evidence with one thing changed. */
function doctored(change: (evidence: Doctored) => void): Doctored {
  const evidence = goodEvidence();
  change(evidence);
  return evidence;
}
function remove<T>(items: T[], isIt: (item: T) => boolean): void {
  const index = items.findIndex(isIt);
  if (index === -1) throw new Error('there is nothing to remove');
  items.splice(index, 1);
}
const requestOf = ({ requests }: Doctored, number: number): RequestRecord => {
  const found = requests.find(({ eventId }) => eventId === idOf(number));
  if (!found) throw new Error(`nothing was received of event ${number}`);
  return found;
};

describe('the checker', () => {
  test('has nothing to say of a run in which all went well', () => {
    expect(judge(goodEvidence())).toMatchObject({
      // one single, eight of two wide, the good one of a refused, six of three keyed, a keyless
      figures: { acknowledged: 12, delivered: 17, dead: 3, ordered: 4, lost: 0, duplicates: 0, inFlight: 0 },
      complaints: [],
    });
  });

  test('sees an event that a receiver never got', () => {
    const evidence = doctored(({ requests }) => remove(requests, ({ eventId }) => eventId === idOf(1)));
    expect(judge(evidence).figures).toMatchObject({ lost: 1, delivered: 16 });
    expect(complaintsOf(evidence)).toEqual(
      expect.arrayContaining([
        'what was acknowledged is delivered, or dead where it must be',
        'a success in the log was a 2xx',
        'an attempt in the log was received',
        'the table has no attempt that nobody received',
      ]),
    );
  });

  test('sees an acknowledged event that nobody stored', () => {
    const evidence = doctored(({ events, facts }) => {
      remove(events, ({ seq }) => seq === 6);
      remove(facts, ({ fact }) => fact.eventSeq === 6);
    });
    expect(judge(evidence).figures.lost).toBe(1);
  });

  test('sees a dead delivery that is not', () => {
    const doomed = deliveryIdOf(idOf(4), 'mixed');
    const evidence = doctored(({ facts }) =>
      remove(facts, ({ fact }) => fact.fact === 'delivery.died' && fact.deliveryId === doomed),
    );
    expect(judge(evidence).figures).toMatchObject({ lost: 1, dead: 2 });
    expect(complaintsOf(evidence)).toEqual(
      expect.arrayContaining([
        'every delivery ends',
        'the table has the status of the log',
        'a dead letter is of a dead delivery',
      ]),
    );
  });

  test('sees a request that nobody can explain', () => {
    const evidence = doctored((all) =>
      all.requests.push({ ...requestOf(all, 1), startedAtMs: 60_000, endedAtMs: 60_010 }),
    );
    expect(judge(evidence).figures.duplicates).toBe(1);
    expect(complaintsOf(evidence)).toEqual([
      'requests are repeated only when a deliverer was killed in the middle of them',
    ]);
    expect(complaintsOf(evidence, { ...strict, duplicates: 'any' })).toEqual([]);
  });

  test('sees a request after a success, whatever its number', () => {
    const evidence = doctored((all) =>
      all.requests.push({ ...requestOf(all, 1), attempt: 2, startedAtMs: 60_000, endedAtMs: 60_010 }),
    );
    expect(judge(evidence).figures.duplicates).toBe(1);
    expect(complaintsOf(evidence)).toHaveLength(1);
  });

  describe('explains a repetition by a kill in the middle, and by nothing else', () => {
    const repeatedAfter = (kill: (request: RequestRecord) => Doctored['disturbances']) =>
      doctored((all) => {
        const first = requestOf(all, 1);
        all.requests.push({
          ...first,
          startedAtMs: first.startedAtMs + 20_000,
          endedAtMs: first.startedAtMs + 20_010,
        });
        all.disturbances.push(...kill(first));
      });
    const deliverer = { what: 'deliverer', process: 'deliverer-1', how: 'killed' } as const;

    test('while it was in flight', () => {
      const evidence = repeatedAfter(({ startedAtMs }) => [{ ...deliverer, atMs: startedAtMs + 5 }]);
      expect(judge(evidence)).toMatchObject({ figures: { duplicates: 1 }, complaints: [] });
      expect(judge(evidence).figures.inFlight).toBeGreaterThanOrEqual(1);
    });

    test('also when its retry was quicker than its repetition', () => {
      const evidence = doctored((all) => {
        const first = all.requests.find(({ status }) => status === 503);
        if (!first) throw new Error('no retry');
        all.requests.push({
          ...first,
          startedAtMs: first.startedAtMs + 15_000,
          endedAtMs: first.startedAtMs + 15_010,
        });
        all.disturbances.push({ ...deliverer, atMs: first.endedAtMs + 20 });
      });
      expect(judge(evidence)).toMatchObject({ figures: { duplicates: 1 }, complaints: [] });
    });

    test('twice, when it was killed in the middle of the repetition too', () => {
      const evidence = doctored((all) => {
        const first = requestOf(all, 1);
        for (const laterMs of [15_000, 30_000]) {
          const startedAtMs = first.startedAtMs + laterMs;
          all.requests.push({ ...first, startedAtMs, endedAtMs: startedAtMs + 10 });
          // its first outcome was stored, and the second dropped as a duplicate
          all.disturbances.push({ ...deliverer, atMs: startedAtMs - 15_000 + 20 });
        }
      });
      expect(judge(evidence)).toMatchObject({ figures: { duplicates: 2 }, complaints: [] });
      evidence.disturbances.pop();
      expect(judge(evidence)).toMatchObject({ complaints: [{ count: 1 }] });
    });

    test('not long after its outcome was stored', () => {
      expect(
        complaintsOf(repeatedAfter(({ endedAtMs }) => [{ ...deliverer, atMs: endedAtMs + 2_000 }])),
      ).toHaveLength(1);
    });

    test('not by one that was stopped in order', () => {
      const stopped = { ...deliverer, how: 'stopped' } as const;
      expect(
        complaintsOf(repeatedAfter(({ startedAtMs }) => [{ ...stopped, atMs: startedAtMs + 5 }])),
      ).toHaveLength(1);
    });

    test('not before it began', () => {
      expect(
        complaintsOf(repeatedAfter(({ startedAtMs }) => [{ ...deliverer, atMs: startedAtMs - 900 }])),
      ).toHaveLength(1);
    });

    test('not by a kill that came after the repetition', () => {
      expect(
        complaintsOf(repeatedAfter(({ startedAtMs }) => [{ ...deliverer, atMs: startedAtMs + 40_000 }])),
      ).toHaveLength(1);
    });

    test('nor by the death of another service', () => {
      expect(
        complaintsOf(
          repeatedAfter(({ startedAtMs }) => [{ ...deliverer, what: 'dispatcher', atMs: startedAtMs + 5 }]),
        ),
      ).toHaveLength(1);
    });

    test('later, when the broker was killed before it had the ack on its disk', () => {
      const killsOf = (brokerAtMs: (request: RequestRecord) => number) =>
        repeatedAfter((request) => [
          { what: 'nats', process: 'nats-1', how: 'killed', atMs: brokerAtMs(request) },
          { ...deliverer, atMs: request.endedAtMs + 3_000 },
        ]);
      expect(complaintsOf(killsOf(({ endedAtMs }) => endedAtMs + 200))).toEqual([]);
      expect(complaintsOf(killsOf(({ endedAtMs }) => endedAtMs + 2_000))).toHaveLength(1);
    });
  });

  test.each<[string, (evidence: Doctored) => void, string]>([
    [
      'an accepted event without a fate',
      ({ facts }) => remove(facts, ({ fact }) => fact.fact === 'event.unmatched'),
      'events accepted = fanned out + unmatched + invalid',
    ],
    [
      'an event with two fates',
      ({ facts }) => {
        const unmatched = facts.find(({ fact }) => fact.fact === 'event.unmatched');
        if (unmatched)
          facts.push({
            ...unmatched,
            fact: { ...unmatched.fact, fact: 'event.invalid', code: '', message: '' },
          });
      },
      'an event has one fate',
    ],
    [
      'a missing outcome',
      ({ facts }) => remove(facts, ({ fact }) => fact.fact === 'delivery.succeeded'),
      'a 2xx is a success in the log',
    ],
    [
      'a delivery that was not made',
      ({ facts }) => {
        const index = facts.findIndex(
          ({ fact }) => fact.fact === 'event.fanned_out' && fact.deliveries.length === 4,
        );
        const stored = facts[index];
        if (stored?.fact.fact !== 'event.fanned_out') throw new Error('no wide event');
        facts[index] = { ...stored, fact: { ...stored.fact, deliveries: stored.fact.deliveries.slice(1) } };
      },
      'a delivery for each endpoint that wants the event',
    ],
    [
      'an outcome of nothing',
      (all) =>
        all.facts.push({
          fact: outcome('delivery.succeeded', { ...requestOf(all, 1), deliveryId: 'dlv_x' }),
          storedAtMs: 1,
        }),
      'an outcome belongs to a delivery that was made',
    ],
    [
      'an event stored twice',
      ({ events }) => events.push({ ...events[0]!, seq: 99 }),
      'one event for one id',
    ],
    [
      'an event that nobody sent',
      ({ events }) => events.push({ seq: 99, type: 'order.single', id: 'evt_stranger' }),
      'nothing is accepted that was not sent',
    ],
    [
      'a request that nobody asked for',
      (all) => all.requests.push({ ...requestOf(all, 1), eventId: 'test-000099-single' }),
      'nothing is received that was not sent',
    ],
    [
      'a request at the wrong endpoint',
      (all) => all.requests.push({ ...requestOf(all, 1), endpoint: 'slow' }),
      'an endpoint gets what it subscribed to',
    ],
    [
      'a bad signature',
      (all) => (all.requests[0] = { ...requestOf(all, 1), badSignature: 'No matching signature found' }),
      'signatures hold',
    ],
    [
      'a body that is not the one that was sent',
      (all) => (all.requests[0] = { ...requestOf(all, 1), badBody: 'no JSON' }),
      'the body is what its producer sent',
    ],
    [
      'an attempt too many',
      (all) => (all.requests[0] = { ...requestOf(all, 1), attempt: 11 }),
      'no more attempts than the policy has',
    ],
    [
      'a missing header',
      (all) => (all.requests[0] = { ...requestOf(all, 1), attempt: NaN }),
      'delivery and attempt stand in the headers',
    ],
    [
      'a wrong status in the table',
      ({ deliveries }) => (deliveries[0] = { ...deliveries[0]!, status: 'retrying' }),
      'the table has the status of the log',
    ],
    [
      'a missing row',
      ({ deliveries }) => deliveries.splice(0, 1),
      'every delivery of the log is in the table',
    ],
    [
      'a row of nothing',
      ({ deliveries }) => deliveries.push({ ...deliveries[0]!, id: 'dlv_x' }),
      'the table has no delivery that the log has not',
    ],
    ['a row twice', ({ deliveries }) => deliveries.push(deliveries[0]!), 'a delivery is listed once'],
    [
      'an attempt made up',
      ({ deliveries }) => (deliveries[0] = { ...deliveries[0]!, attempts: 9 }),
      'the table has no attempt that nobody received',
    ],
    [
      'a missing dead letter',
      ({ deadLetters }) => remove(deadLetters, ({ deliveryId }) => deliveryId !== null),
      'a dead delivery has a dead letter',
    ],
    [
      'a dead letter too many',
      ({ deadLetters }) => deadLetters.push(deadLetters.find(({ deliveryId }) => deliveryId !== null)!),
      'one dead letter for a delivery',
    ],
    [
      'a missing dead letter of an event',
      ({ deadLetters }) => remove(deadLetters, ({ deliveryId }) => deliveryId === null),
      'an event that cannot be understood has a dead letter',
    ],
    [
      'a producer left alone',
      ({ producer }) => remove(producer, ({ t }) => t === 'acknowledged'),
      'what is sent again and again is acknowledged',
    ],
    [
      'a refusal that does not say when to come again',
      ({ producer }) =>
        producer.push({
          t: 'refused',
          id: idOf(1),
          atMs: 1,
          status: 503,
          code: 'broker_unavailable',
          retryAfter: null,
        }),
      'a refusal is a 503 with Retry-After',
    ],
    ['a fault that did not happen', ({ disturbances }) => disturbances.splice(0), 'the fault happened'],
    [
      'a service that ended by itself',
      ({ disturbances }) => disturbances.push({ what: 'metrics', process: 'metrics', how: 'ended', atMs: 1 }),
      'no service ends by itself',
    ],
  ])('sees %s', (_, change, check) => {
    expect(complaintsOf(doctored(change))).toContain(check);
  });

  test('sees that Postel misses something, or did', () => {
    const missing = doctored((evidence) => {
      const { deliveries } = evidence.conservation;
      const changed = { ...deliveries, succeeded: 16, difference: 1, missing: 1 };
      evidence.conservation = { ...evidence.conservation, deliveries: changed };
    });
    expect(complaintsOf(missing)).toEqual([
      'Postel knows where every delivery is',
      'Postel counts deliveries as the log does: succeeded',
    ]);
    expect(judge(missing).tablesAgree).toBe(false);
    const alarmed = doctored(({ alarms }) => alarms.push('{"equation":"events"}'));
    expect(complaintsOf(alarmed)).toEqual(['Postel misses nothing that is there']);
  });

  test('sees that a full disk was never felt', () => {
    expect(complaintsOf(goodEvidence(), { ...strict, mustRefuse: true })).toEqual([
      'events are refused loudly during the fault',
    ]);
  });

  test('takes a success of a hop for what counts, whatever else was written of it', () => {
    const evidence = doctored((all) => {
      const request = requestOf(all, 1);
      const stale = outcome('delivery.deferred', request);
      all.facts.push({ fact: stale, storedAtMs: request.endedAtMs + 30_000 }, ...all.facts);
    });
    expect(complaintsOf(evidence)).toEqual([]);
    evidence.deliveries[0] = { ...evidence.deliveries[0]!, status: 'retrying' };
    expect(judge(evidence)).toMatchObject({ tablesAgree: false });
  });
});
