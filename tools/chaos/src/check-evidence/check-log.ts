import { endpointsOf, parseEventId } from '../publish-events/event-kinds.js';
import type { LogStatus, LogView } from '../read-log/log-view.js';
import { isSuccess } from './check-accepted.js';
import type { Complaints } from './complaints.js';
import type { Evidence } from './evidence.js';

/** The log adds up by itself, and says what the receivers saw. */
export function checkLog(evidence: Evidence, log: LogView, complaints: Complaints): void {
  checkEvents(evidence, log, complaints);
  checkDeliveriesOfEvents(evidence, log, complaints);
  checkDeliveries(log, complaints);
  checkAttempts(evidence, log, complaints);
}

/** Events accepted = fanned out + unmatched + invalid. */
function checkEvents({ events, producer }: Evidence, log: LogView, complaints: Complaints): void {
  const count = { fanned_out: 0, unmatched: 0, invalid: 0 };
  for (const [seq, fates] of log.fates) {
    for (const fate of fates) count[fate] += 1;
    if (fates.size > 1) complaints.add('an event has one fate', `event ${seq}: ${[...fates].join(' and ')}`);
  }
  complaints.equal(
    'events accepted = fanned out + unmatched + invalid',
    events.length,
    count.fanned_out + count.unmatched + count.invalid,
  );
  const offered = new Set(producer.map(({ id }) => id));
  const seen = new Set<string>();
  for (const { seq, id, type } of events) {
    if (!log.fates.has(seq))
      complaints.add('an accepted event has a fate in the log', `event ${seq}, ${id ?? type}`);
    if (id === null || !offered.has(id))
      complaints.add('nothing is accepted that was not sent', `event ${seq}, ${id ?? type}`);
    else if (seen.has(id)) complaints.add('one event for one id', id);
    else seen.add(id);
  }
}

/** Each event made its deliveries: all of them, and no others. */
function checkDeliveriesOfEvents(
  { events, endpoints }: Evidence,
  log: LogView,
  complaints: Complaints,
): void {
  const made = new Map<string, string[]>();
  for (const { eventId, endpointId } of log.created.values()) {
    made.set(eventId, [...(made.get(eventId) ?? []), endpoints.get(endpointId) ?? endpointId]);
  }
  for (const { id } of events) {
    const event = id === null ? null : parseEventId(id);
    if (!event) continue;
    const wanted = endpointsOf(event.kind).sort().join(', ');
    const got = (made.get(id ?? '') ?? []).sort().join(', ');
    if (wanted !== got)
      complaints.add(
        'a delivery for each endpoint that wants the event',
        `${id}: ${got || 'none'}, not ${wanted || 'none'}`,
      );
  }
}

/** Deliveries created = succeeded + pending + retrying + dead + discarded, and at the end none is under way. */
function checkDeliveries(log: LogView, complaints: Complaints): void {
  const count: Record<LogStatus, number> = { pending: 0, retrying: 0, succeeded: 0, dead: 0, discarded: 0 };
  for (const id of log.created.keys()) {
    const status = log.statusOf(id);
    count[status] += 1;
    if (status === 'pending' || status === 'retrying')
      complaints.add('every delivery ends', `${id} is ${status}`);
  }
  for (const id of log.strangers()) complaints.add('an outcome belongs to a delivery that was made', id);
  const { pending, retrying, succeeded, dead, discarded } = count;
  complaints.equal(
    'deliveries created = succeeded + pending + retrying + dead + discarded',
    log.created.size,
    succeeded + pending + retrying + dead + discarded + log.strangers().length,
  );
}

/** A success in the log is a 2xx at the receiver, and the other way round; no attempt is made up. */
function checkAttempts({ requests }: Evidence, log: LogView, complaints: Complaints): void {
  const received = new Set<string>();
  const successes = new Set<string>();
  for (const { deliveryId, attempt, status } of requests) {
    received.add(`${deliveryId} ${attempt}`);
    if (isSuccess(status)) successes.add(deliveryId);
  }
  for (const [id, { eventId }] of log.created) {
    const status = log.statusOf(id);
    if (status === 'succeeded' && !successes.has(id))
      complaints.add('a success in the log was a 2xx', `${id} of ${eventId}`);
    if (status !== 'succeeded' && successes.has(id))
      complaints.add('a 2xx is a success in the log', `${id} of ${eventId} is ${status}`);
    for (const { fact } of log.outcomesOf(id)) {
      const attempt = 'attempt' in fact ? fact.attempt : undefined;
      // an attempt without an answer may not have reached the receiver
      if (attempt?.response && !attempt.error && !received.has(`${id} ${attempt.number}`)) {
        complaints.add(
          'an attempt in the log was received',
          `${id} of ${eventId}, attempt ${attempt.number}`,
        );
      }
    }
  }
}
