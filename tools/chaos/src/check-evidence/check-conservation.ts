import type { LogStatus, LogView } from '../read-log/log-view.js';
import type { Complaints } from './complaints.js';
import type { Evidence } from './evidence.js';

/** Postel's own count is that of the log, and it never said that something was missing which was not. */
export function checkConservation(evidence: Evidence, log: LogView, complaints: Complaints): void {
  const { alarms, conservation, events } = evidence;
  for (const alarm of alarms) complaints.add('Postel misses nothing that is there', alarm);
  complaints.equal('Postel knows where every event is', conservation.events.difference, 0);
  complaints.equal('Postel knows where every delivery is', conservation.deliveries.difference, 0);
  const fates = [...log.fates.values()].map((of) => [...of][0]);
  const ofEvents = {
    accepted: events.length,
    fannedOut: fates.filter((fate) => fate === 'fanned_out').length,
    unmatched: fates.filter((fate) => fate === 'unmatched').length,
    invalid: fates.filter((fate) => fate === 'invalid').length,
    awaiting: events.filter(({ seq }) => !log.fates.has(seq)).length,
  };
  for (const [name, count] of Object.entries(ofEvents))
    complaints.equal(
      `Postel counts events as the log does: ${name}`,
      figureOf(conservation.events, name),
      count,
    );
  const statuses = [...log.created.keys()].map((id) => log.statusOf(id));
  const of = (status: LogStatus) => statuses.filter((each) => each === status).length;
  const ofDeliveries = {
    created: statuses.length,
    succeeded: of('succeeded'),
    pending: of('pending'),
    retrying: of('retrying'),
    dead: of('dead'),
    discarded: of('discarded'),
  };
  for (const [name, count] of Object.entries(ofDeliveries))
    complaints.equal(
      `Postel counts deliveries as the log does: ${name}`,
      figureOf(conservation.deliveries, name),
      count,
    );
}

function figureOf(figures: object, name: string): number {
  return (figures as Record<string, number>)[name] ?? NaN;
}
