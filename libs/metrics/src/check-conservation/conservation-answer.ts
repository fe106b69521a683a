import type { ConservationAnswer } from '@postel/contracts';
import type { ConservationReport } from '@postel/postgres';

/** Both equations; a difference of 0 is as it should be. @param report `null` before the first count */
export function conservationAnswer(report: ConservationReport | null, nowMs: number): ConservationAnswer {
  if (!report) return conservationAnswer(nothingYet(nowMs), nowMs);
  const { checkedAt, counts, eventsRead, logRead } = report;
  const { awaiting, fannedOut, invalid, lostEvents, unmatched } = counts;
  const { created, dead, discarded, missing, missingPending, succeeded, unexpected } = counts;
  // what is nowhere is no longer under way
  const pending = counts.pending - missingPending;
  const retrying = counts.retrying - (missing - missingPending);
  const told = fannedOut + unmatched + invalid + awaiting;
  return {
    asOf: { events: eventsRead, log: logRead, at: checkedAt },
    events: {
      accepted: told + lostEvents,
      fannedOut,
      unmatched,
      invalid,
      awaiting,
      difference: lostEvents,
      lost: report.lost.map(({ eventId, seq, type }) => ({ id: eventId, position: seq, type })),
    },
    deliveries: {
      created,
      succeeded,
      pending,
      retrying,
      dead,
      discarded,
      // none makes up for another: what is missing here and unexpected there is two faults
      difference: missing + unexpected,
      missing,
      unexpected,
      missingIds: [...report.missingDeliveryIds],
    },
  };
}

/** At the beginning of both streams all is 0. */
function nothingYet(nowMs: number): ConservationReport {
  const counts = {
    fannedOut: 0,
    unmatched: 0,
    invalid: 0,
    awaiting: 0,
    lostEvents: 0,
    created: 0,
    succeeded: 0,
    pending: 0,
    retrying: 0,
    dead: 0,
    discarded: 0,
    unexpected: 0,
    missing: 0,
    missingPending: 0,
  };
  const checkedAt = new Date(nowMs).toISOString();
  return { counts, eventsRead: 0, logRead: 0, checkedAt, lost: [], missingDeliveryIds: [] };
}
