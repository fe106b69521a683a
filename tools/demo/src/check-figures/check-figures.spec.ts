import { describe, expect, it } from '@jest/globals';
import type { SeenEvent } from '../receive-requests/seen-events.js';
import { checkFigures } from './check-figures.js';
import type { DeadLetter, Delivery, EndpointEvidence, Evidence } from './evidence.js';

const ids = ['evt_1', 'evt_2', 'evt_3'];

function seenOf(events: Record<string, Partial<SeenEvent>>): EndpointEvidence['seen'] {
  const all = Object.entries(events).map(([id, event]): [string, SeenEvent] => [
    id,
    { requests: 1, okAnswers: 0, firstOkAtMs: null, ...event },
  ]);
  const requests = all.reduce((total, [, event]) => total + event.requests, 0);
  return { events: new Map(all), requests, cutOff: 0, verified: requests, intact: requests, fault: null };
}

function deliveriesOf(eventIds: readonly string[], status: Delivery['status'], attempts = 1): Delivery[] {
  return eventIds.map((eventId) => ({ id: `dlv_${eventId}`, eventId, status, attempts }));
}

function deadLettersOf(eventIds: readonly string[], reason: DeadLetter['reason']): DeadLetter[] {
  return eventIds.map((eventId) => ({ id: `dl_${eventId}`, deliveryId: `dlv_${eventId}`, eventId, reason }));
}

const well: EndpointEvidence = {
  name: 'well',
  ending: 'delivered',
  accepted: new Set(ids),
  acceptedLate: new Set(),
  seen: seenOf({ evt_1: { okAnswers: 1 }, evt_2: { okAnswers: 1 }, evt_3: { okAnswers: 1 } }),
  deliveries: deliveriesOf(ids, 'succeeded'),
  deadLetters: [],
  stats: { totalDeliveries: 3, successfulDeliveries: 3, failedDeliveries: 0, deadLetters: 0 },
  endpoint: { status: 'active', disabledReason: null },
};
const failing: EndpointEvidence = {
  ...well,
  name: 'failing',
  ending: 'exhausted',
  seen: seenOf({ evt_1: {}, evt_2: {}, evt_3: {} }),
  deliveries: deliveriesOf(ids, 'dead'),
  deadLetters: deadLettersOf(ids, 'exhausted'),
  stats: { totalDeliveries: 3, successfulDeliveries: 0, failedDeliveries: 3, deadLetters: 3 },
};
const gone: EndpointEvidence = {
  ...well,
  name: 'gone',
  ending: 'gone',
  acceptedLate: new Set(['evt_late']),
  seen: seenOf({ evt_1: {} }),
  deliveries: [...deliveriesOf(['evt_1'], 'dead'), ...deliveriesOf(['evt_2'], 'dead', 0)],
  deadLetters: [...deadLettersOf(['evt_1'], 'gone'), ...deadLettersOf(['evt_2'], 'endpoint_disabled')],
  stats: { totalDeliveries: 2, successfulDeliveries: 0, failedDeliveries: 2, deadLetters: 2 },
  endpoint: { status: 'disabled', disabledReason: 'gone' },
};

function evidenceWith(...endpoints: EndpointEvidence[]): Evidence {
  return {
    sent: 3,
    acceptedAtMs: new Map(ids.map((id) => [id, 1])),
    listed: ids,
    endpoints: endpoints.length === 0 ? [well, failing, gone] : endpoints,
  };
}

const failed = (evidence: Evidence) => checkFigures(evidence).filter(({ ok }) => !ok);
const failedAbout = (evidence: Evidence) => failed(evidence).map(({ about }) => about);

describe('the figures', () => {
  it('add up when all three sources tell the same', () => {
    expect(failed(evidenceWith())).toEqual([]);
  });

  it('allow what a kill repeats', () => {
    const seen = seenOf({
      evt_1: { requests: 3, okAnswers: 2 },
      evt_2: { okAnswers: 1 },
      evt_3: { okAnswers: 1 },
    });
    expect(failed(evidenceWith({ ...well, seen }))).toEqual([]);
  });

  it('do not add up when one delivery is missing, and say which', () => {
    const [check, ...others] = failed(
      evidenceWith({ ...well, deliveries: deliveriesOf(['evt_1', 'evt_3'], 'succeeded') }),
    );
    expect(check).toMatchObject({
      about: 'well: one delivery each',
      left: { value: 3 },
      right: { value: 2 },
    });
    expect(check?.hint).toBe('1 missing: evt_2');
    expect(others.map(({ about }) => about)).toContain('well: the log agrees');
  });

  it('do not add up when an event has two deliveries, though their number is right', () => {
    const deliveries = deliveriesOf(['evt_1', 'evt_1', 'evt_2'], 'succeeded');
    expect(failed(evidenceWith({ ...well, deliveries }))[0]?.hint).toBe(
      '1 missing: evt_3; 1 more than once: evt_1',
    );
  });

  it('do not add up when the log claims a success that the receiver did not see', () => {
    const seen = seenOf({ evt_1: { okAnswers: 1 }, evt_2: { okAnswers: 1 }, evt_3: { okAnswers: 0 } });
    expect(failedAbout(evidenceWith({ ...well, seen }))).toEqual([
      'well: nothing lost',
      'well: the log agrees',
    ]);
  });

  it('do not add up while a delivery is under way', () => {
    const deliveries = [
      ...deliveriesOf(['evt_1', 'evt_2'], 'succeeded'),
      ...deliveriesOf(['evt_3'], 'retrying'),
    ];
    expect(failedAbout(evidenceWith({ ...well, deliveries }))).toContain('well: the log agrees');
  });

  it('do not add up when a dead letter is missing or has another reason', () => {
    const few = { ...failing, deadLetters: failing.deadLetters.slice(1) };
    const other = { ...failing, deadLetters: deadLettersOf(ids, 'expired') };
    expect(failedAbout(evidenceWith(few))).toEqual(['failing: a dead letter each']);
    expect(failedAbout(evidenceWith(other))).toEqual(['failing: a dead letter each']);
  });

  it('do not add up when the stats say otherwise', () => {
    const stats = { totalDeliveries: 4, successfulDeliveries: 3, failedDeliveries: 0, deadLetters: 0 };
    expect(failedAbout(evidenceWith({ ...well, stats }))).toEqual(['well: none is left over']);
  });

  it('do not add up when an endpoint that answered 410 is not disabled, or gets more', () => {
    const active = { ...gone, endpoint: { status: 'active' as const, disabledReason: null } };
    const more = { ...gone, deliveries: deliveriesOf(['evt_1', 'evt_2', 'evt_late'], 'dead') };
    expect(failedAbout(evidenceWith(active))).toEqual(['gone: it is disabled, reason gone']);
    expect(failedAbout(evidenceWith(more))).toContain('gone: none afterwards (1 events)');
  });

  it('do not add up when a signature does not hold or a body is not what was sent', () => {
    const forged = { ...well, seen: { ...well.seen, verified: 2, fault: 'evt_2: no match' } };
    const altered = { ...well, seen: { ...well.seen, intact: 2 } };
    expect(failed(evidenceWith(forged))).toMatchObject([
      { about: 'signatures, by standardwebhooks', hint: 'evt_2: no match' },
    ]);
    expect(failedAbout(evidenceWith(altered))).toEqual(['bodies, byte for byte']);
  });

  it('do not add up when an event was not taken, or is not in the list of events', () => {
    expect(failedAbout({ ...evidenceWith(), sent: 4 })).toEqual(['every event was taken']);
    expect(failed({ ...evidenceWith(), listed: ['evt_1', 'evt_2'] })[0]?.hint).toBe('1 missing: evt_3');
  });

  it('do not add up when the log has attempts that nobody received', () => {
    const deliveries = well.deliveries.map((delivery) => ({ ...delivery, attempts: 2 }));
    expect(failedAbout(evidenceWith({ ...well, deliveries }))).toEqual(['no attempt is made up']);
  });
});
