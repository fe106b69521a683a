import type { Delivery } from './evidence.js';
import { amongIds, equal, sameIds, type Check } from './check.js';
import type { EndpointEvidence, Evidence } from './evidence.js';

/** Whether producers, receivers and Postel's own log tell the same story. Repetitions are allowed, loss is not. */
export function checkFigures(evidence: Evidence): Check[] {
  const { sent, acceptedAtMs, listed, endpoints } = evidence;
  return [
    equal(
      'every event was taken',
      { what: 'sent', value: sent },
      { what: 'acknowledged', value: acceptedAtMs.size },
    ),
    sameIds(
      'every event is known',
      { what: 'acknowledged', ids: acceptedAtMs.keys() },
      { what: 'in the list of events', ids: listed },
    ),
    ...endpoints.flatMap(checkEndpoint),
    ...checkRequests(endpoints),
  ];
}

function checkEndpoint(evidence: EndpointEvidence): Check[] {
  // so few events that none is for it
  if (evidence.accepted.size === 0) return [];
  return [...checkEnding(evidence), ...checkStats(evidence)];
}

function checkEnding(evidence: EndpointEvidence): Check[] {
  switch (evidence.ending) {
    case 'delivered':
      return [...checkEachOnce(evidence), ...checkDelivered(evidence)];
    case 'exhausted':
      return [...checkEachOnce(evidence), ...checkExhausted(evidence)];
    case 'gone':
      return checkGone(evidence);
  }
}

function checkEachOnce({ name, accepted, deliveries }: EndpointEvidence): Check[] {
  return [
    sameIds(
      `${name}: one delivery each`,
      { what: 'events for it', ids: accepted },
      { what: 'deliveries', ids: eventIds(deliveries) },
    ),
  ];
}

function checkDelivered({ name, accepted, seen, deliveries }: EndpointEvidence): Check[] {
  const answeredWell = [...seen.events].filter(([, { okAnswers }]) => okAnswers > 0).map(([id]) => id);
  const succeeded = eventIds(deliveries.filter(({ status }) => status === 'succeeded'));
  return [
    sameIds(
      `${name}: nothing lost`,
      { what: 'events for it', ids: accepted },
      { what: 'answered 2xx by the receiver', ids: answeredWell },
    ),
    sameIds(
      `${name}: the log agrees`,
      { what: 'answered 2xx by the receiver', ids: answeredWell },
      { what: 'succeeded', ids: succeeded },
    ),
  ];
}

function checkExhausted({ name, seen, deliveries, deadLetters }: EndpointEvidence): Check[] {
  const dead = deliveries.filter(({ status }) => status === 'dead');
  const exhausted = deadLetters.filter(({ reason }) => reason === 'exhausted');
  return [
    sameIds(
      `${name}: all end dead`,
      { what: 'events seen by the receiver', ids: seen.events.keys() },
      { what: 'dead', ids: eventIds(dead) },
    ),
    sameIds(
      `${name}: a dead letter each`,
      { what: 'dead', ids: eventIds(dead) },
      { what: 'dead letters (exhausted)', ids: eventIds(exhausted) },
    ),
  ];
}

/** Deliveries made before the 410 was known die with it or because of it; afterwards none is made. */
function checkGone(evidence: EndpointEvidence): Check[] {
  const { name, accepted, acceptedLate, seen, deliveries, deadLetters, endpoint } = evidence;
  const dead = deliveries.filter(({ status }) => status === 'dead');
  const gone = deadLetters.filter(({ reason }) => reason === 'gone');
  const told = deadLetters.filter(({ reason }) => reason === 'gone' || reason === 'endpoint_disabled');
  const disabled = endpoint.status === 'disabled' && endpoint.disabledReason === 'gone';
  return [
    equal(
      `${name}: it is disabled, reason gone`,
      { what: 'wanted', value: 1 },
      { what: 'found', value: disabled ? 1 : 0 },
    ),
    amongIds(
      `${name}: at most one delivery each`,
      { what: 'events for it', ids: accepted },
      { what: 'deliveries', ids: eventIds(deliveries) },
    ),
    equal(
      `${name}: none afterwards (${acceptedLate.size} events)`,
      { what: 'wanted', value: 0 },
      { what: 'deliveries', value: deliveries.filter(({ eventId }) => acceptedLate.has(eventId)).length },
    ),
    sameIds(
      `${name}: all end dead`,
      { what: 'deliveries', ids: eventIds(deliveries) },
      { what: 'dead', ids: eventIds(dead) },
    ),
    sameIds(
      `${name}: a dead letter each`,
      { what: 'dead', ids: eventIds(dead) },
      { what: 'dead letters (gone, endpoint_disabled)', ids: eventIds(told) },
    ),
    amongIds(
      `${name}: gone is what said so`,
      { what: 'events seen by the receiver', ids: seen.events.keys() },
      { what: 'dead letters (gone)', ids: eventIds(gone) },
    ),
  ];
}

function checkStats({ name, stats, deliveries }: EndpointEvidence): Check[] {
  if (!stats) return [];
  const succeeded = deliveries.filter(({ status }) => status === 'succeeded').length;
  const dead = deliveries.filter(({ status }) => status === 'dead').length;
  const { totalDeliveries, successfulDeliveries, failedDeliveries, deadLetters } = stats;
  return [
    equal(
      `${name}: its stats agree`,
      { what: 'succeeded + dead + dead letters', value: succeeded + dead + dead },
      { what: 'by the stats', value: successfulDeliveries + failedDeliveries + deadLetters },
    ),
    equal(
      `${name}: none is left over`,
      { what: 'deliveries by the stats', value: totalDeliveries },
      { what: 'succeeded + dead', value: succeeded + dead },
    ),
  ];
}

function checkRequests(endpoints: readonly EndpointEvidence[]): Check[] {
  const sum = (count: (evidence: EndpointEvidence) => number) =>
    endpoints.reduce((total, evidence) => total + count(evidence), 0);
  const read = { what: 'requests read', value: sum(({ seen }) => seen.requests - seen.cutOff) };
  const fault = endpoints.map(({ seen }) => seen.fault).find((found) => found !== null);
  const checks = [
    equal('signatures, by standardwebhooks', read, {
      what: 'verified',
      value: sum(({ seen }) => seen.verified),
    }),
    equal('bodies, byte for byte', read, { what: 'as sent', value: sum(({ seen }) => seen.intact) }),
  ].map((check) => (check.ok || !fault ? check : { ...check, hint: fault }));
  return [
    ...checks,
    equal(
      'no attempt is made up',
      { what: 'wanted', value: 0 },
      { what: 'attempts in the log that nobody received', value: sum(unseenAttempts) },
    ),
  ];
}

function unseenAttempts({ deliveries, seen }: EndpointEvidence): number {
  return deliveries.reduce(
    (total, { eventId, attempts }) =>
      total + Math.max(0, attempts - (seen.events.get(eventId)?.requests ?? 0)),
    0,
  );
}

function eventIds(items: readonly Pick<Delivery, 'eventId'>[]): string[] {
  return items.map(({ eventId }) => eventId);
}
