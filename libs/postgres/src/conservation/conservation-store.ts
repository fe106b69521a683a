import type { LedgerDelivery } from '@postel/domain';
import type { Sql, Transaction } from '../connection/transaction.js';
import type {
  ConservationChanges,
  ConservationReport,
  ConservationState,
  SuspectDelivery,
  Suspects,
} from './conservation-rows.js';
import {
  differencesOf,
  fleetDifferencesOf,
  reportOf,
  type Differences,
  type FleetDifferences,
} from './report-conservation.js';
import { findSuspects, markMissing } from './find-missing.js';
import { writeConservation } from './write-conservation.js';

/** Rows of one statement. */
const forgottenAtOnce = 5_000;

const forgetSql = `
DELETE FROM conservation_deliveries WHERE delivery_id IN (
  SELECT delivery_id FROM conservation_deliveries WHERE ended_at_ms < $1 LIMIT ${forgottenAtOnce})`;

interface StateRow {
  readonly since_ms: number;
  readonly events_base: number;
  readonly events_read: number;
  readonly told_bits: Uint8Array;
}

interface DeliveryRow {
  readonly delivery_id: string;
  readonly tenant: string;
  readonly event_seq: number;
  readonly hop: number;
  readonly attempts: number;
  readonly attempts_before_reopen: number;
  readonly status: LedgerDelivery['status'];
  readonly log_seq: number;
  readonly ended_at_ms: number | null;
}

/** The count by the log: one writer, under the lease of the projection `conservation`; anyone may read its report. */
export class ConservationStore {
  constructor(private readonly sql: Sql) {}

  /** @returns `null` before the first count */
  async load(tx: Transaction): Promise<ConservationState | null> {
    const { rows } = await tx.query<StateRow>(
      'SELECT since_ms, events_base, events_read, told_bits FROM conservation_state',
    );
    const [row] = rows;
    if (!row) return null;
    const lost = await tx.query<{ seq: number; tenant: string }>(
      'SELECT seq, tenant FROM conservation_lost_events',
    );
    return {
      sinceMs: row.since_ms,
      base: row.events_base,
      eventsRead: row.events_read,
      toldBits: row.told_bits,
      lost: new Map(lost.rows.map(({ seq, tenant }) => [seq, tenant])),
    };
  }

  /** Whose the events between these positions are, of those that the archive has. It is not indexed by position alone. */
  async tenantsBetween(tx: Transaction, after: number, upTo: number): Promise<ReadonlyMap<number, string>> {
    const { rows } = await tx.query<{ seq: number; tenant: string }>(
      'SELECT seq, tenant FROM events WHERE seq > $1 AND seq <= $2',
      [after, upTo],
    );
    return new Map(rows.map(({ seq, tenant }) => [seq, tenant]));
  }

  /** Those that have not succeeded, of these. */
  async find(tx: Transaction, deliveryIds: readonly string[]): Promise<LedgerDelivery[]> {
    if (deliveryIds.length === 0) return [];
    const { rows } = await tx.query<DeliveryRow>(
      `SELECT delivery_id, tenant, event_seq, hop, attempts, attempts_before_reopen, status, log_seq, ended_at_ms
         FROM conservation_deliveries WHERE delivery_id = ANY ($1::text[])`,
      [deliveryIds],
    );
    return rows.map((row) => ({
      deliveryId: row.delivery_id,
      tenant: row.tenant,
      eventSeq: row.event_seq,
      hop: row.hop,
      attempts: row.attempts,
      attemptsBeforeReopen: row.attempts_before_reopen,
      status: row.status,
      logSeq: row.log_seq,
      endedAtMs: row.ended_at_ms,
    }));
  }

  /** In the transaction in which the position in LOG moves. */
  write(tx: Transaction, changes: ConservationChanges): Promise<void> {
    return writeConservation(tx, changes);
  }

  /**
   * Open deliveries that do not wait, although all is applied that would have made them wait, and that are due in
   * DELIVERIES: they must be there now, or have been there.
   * @param after where the last look ended
   * @param dispatched position in EVENTS: the first hops of all events at or below have been published
   */
  suspects(after: string, dispatched: number): Promise<Suspects> {
    return findSuspects(this.sql, after, dispatched);
  }

  /** Those that are still as they were, once everything that was in DELIVERIES has ended and the log of it is read. */
  markMissing(tx: Transaction, suspects: readonly SuspectDelivery[]): Promise<SuspectDelivery[]> {
    return markMissing(tx, suspects);
  }

  /** Deliveries that died, or were discarded, before this time: nobody can reopen them any more. Figures stay. */
  async forgetEnded(beforeMs: number, stopped?: AbortSignal): Promise<number> {
    let forgotten = 0;
    for (let count = forgottenAtOnce; count === forgottenAtOnce && !stopped?.aborted; forgotten += count)
      count = (await this.sql.query(forgetSql, [beforeMs])).count;
    return forgotten;
  }

  /** @returns `null` before the first count */
  report(tenant: string): Promise<ConservationReport | null> {
    return reportOf(this.sql, tenant);
  }

  /** What does not add up, over all tenants. */
  differences(): Promise<Differences> {
    return differencesOf(this.sql);
  }

  /** The same, with whose they are, and as of when. */
  fleetDifferences(): Promise<FleetDifferences> {
    return fleetDifferencesOf(this.sql);
  }
}
