import { LogView } from '../read-log/log-view.js';
import { checkAccepted } from './check-accepted.js';
import { checkConservation } from './check-conservation.js';
import { checkDuplicates } from './check-duplicates.js';
import { checkLog } from './check-log.js';
import { checkOrder, checkOrderInTables } from './check-order.js';
import { checkTables } from './check-tables.js';
import { Complaints, type Complaint } from './complaints.js';
import type { Allowance, Evidence } from './evidence.js';

export interface Figures {
  readonly acknowledged: number;
  readonly delivered: number;
  readonly dead: number;
  readonly lost: number;
  readonly duplicates: number;
  readonly inFlight: number;
  /** Deliveries with an ordering key at ordered endpoints that came to their end. */
  readonly ordered: number;
  /** When the last outcome was stored; 0 without any. */
  readonly lastOutcomeAtMs: number;
}

export interface Verdict {
  readonly figures: Figures;
  /** Empty when all is as it should be. */
  readonly complaints: readonly Complaint[];
  /** False while the tables lag behind the log: they may yet catch up. */
  readonly tablesAgree: boolean;
}

/** Compares what happened at the ends with the log and the tables. Pure, so that it can be shown doctored evidence. */
export function checkEvidence(evidence: Evidence, allowance: Allowance): Verdict {
  const complaints = new Complaints();
  const log = new LogView(evidence.facts);
  const accepted = checkAccepted(evidence, log, complaints);
  const duplicates = checkDuplicates(evidence, log, allowance, complaints);
  checkLog(evidence, log, complaints);
  const order = checkOrder(evidence, log, complaints);
  const tableComplaints = new Complaints();
  checkTables(evidence, log, tableComplaints);
  checkOrderInTables(evidence, log, tableComplaints);
  checkConservation(evidence, log, tableComplaints);
  checkFault(evidence, allowance, complaints);
  const lastOutcomeAtMs = evidence.facts.reduce((last, { storedAtMs }) => Math.max(last, storedAtMs), 0);
  const ofTables = tableComplaints.list();
  return {
    figures: { ...accepted, ...duplicates, ...order, lastOutcomeAtMs },
    complaints: [...complaints.list(), ...ofTables],
    tablesAgree: ofTables.length === 0,
  };
}

/** A fault that did not happen proves nothing. */
function checkFault(
  { disturbances, producer, requests }: Evidence,
  allowance: Allowance,
  complaints: Complaints,
): void {
  if (disturbances.length === 0) complaints.add('the fault happened', 'nothing was disturbed');
  for (const { process, how, atMs } of disturbances) {
    if (how === 'ended')
      complaints.add('no service ends by itself', `${process} at ${new Date(atMs).toISOString()}`);
  }
  if (allowance.mustRefuse && !producer.some(({ t }) => t === 'refused')) {
    complaints.add('events are refused loudly during the fault', 'none was');
  }
  if (requests.length === 0) complaints.add('receivers get something', 'nothing');
}
