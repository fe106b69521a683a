import type { LogView } from '../read-log/log-view.js';
import type { Complaints } from './complaints.js';
import type { Evidence } from './evidence.js';

/** The tables are what the log says. */
export function checkTables(evidence: Evidence, log: LogView, complaints: Complaints): void {
  checkDeliveryRows(evidence, log, complaints);
  checkDeadLetters(evidence, log, complaints);
}

function checkDeliveryRows({ deliveries, requests }: Evidence, log: LogView, complaints: Complaints): void {
  const attempts = new Map<string, number>();
  for (const { deliveryId, attempt } of requests) {
    attempts.set(deliveryId, Math.max(attempts.get(deliveryId) ?? 0, attempt));
  }
  const rows = new Map(deliveries.map((row) => [row.id, row]));
  complaints.equal('a delivery is listed once', deliveries.length, rows.size);
  for (const [id, { eventId }] of log.created) {
    const row = rows.get(id);
    if (!row) {
      complaints.add('every delivery of the log is in the table', `${id} of ${eventId}`);
      continue;
    }
    const status = log.statusOf(id);
    if (row.status !== status) {
      complaints.add(
        'the table has the status of the log',
        `${id} of ${eventId}: ${row.status}, not ${status}`,
      );
    }
    if (row.attempts > (attempts.get(id) ?? 0)) {
      complaints.add('the table has no attempt that nobody received', `${id} of ${eventId}: ${row.attempts}`);
    }
  }
  for (const id of rows.keys()) {
    if (!log.created.has(id)) complaints.add('the table has no delivery that the log has not', id);
  }
}

function checkDeadLetters({ deadLetters }: Evidence, log: LogView, complaints: Complaints): void {
  const dead = new Set([...log.created.keys()].filter((id) => log.statusOf(id) === 'dead'));
  const told = new Set<string>();
  let invalid = 0;
  for (const { id, deliveryId, reason } of deadLetters) {
    if (deliveryId === null) {
      if (reason === 'invalid_event') invalid += 1;
      continue;
    }
    if (told.has(deliveryId)) complaints.add('one dead letter for a delivery', deliveryId);
    if (!dead.has(deliveryId)) complaints.add('a dead letter is of a dead delivery', `${id}: ${deliveryId}`);
    told.add(deliveryId);
  }
  for (const id of dead) if (!told.has(id)) complaints.add('a dead delivery has a dead letter', id);
  const invalidEvents = [...log.fates.values()].filter((fates) => fates.has('invalid')).length;
  complaints.equal('an event that cannot be understood has a dead letter', invalid, invalidEvents);
}
