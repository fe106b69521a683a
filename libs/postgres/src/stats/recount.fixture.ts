import type { AttemptRecord } from '@postel/contracts';
import { DeliveryFigures } from '@postel/domain';
import type { Database } from '../database.js';
import type { DeliveryStatus } from '../delivery-log/delivery.js';
import { rowsOf } from '../test-database.js';
import { StatsDeltas } from './stats-deltas.js';
import { addRow, statsHours, statsMinutes, type FiguresRow } from './stats-tables.js';

interface DeliveryRow {
  readonly tenant: string;
  readonly endpoint_id: string;
  readonly status: DeliveryStatus;
  readonly created_at: Date;
  readonly completed_at: Date | null;
}

interface AttemptRow {
  readonly tenant: string;
  readonly endpoint_id: string;
  readonly started_at: Date;
  readonly duration_ms: number;
  readonly outcome: AttemptRecord['outcome'];
  readonly response_status: number | null;
  readonly error_code: string | null;
}

type FiguresByKey = Readonly<Record<string, object>>;

/** The figures as the tables of figures have them, and as the delivery log says when all of it is counted anew. */
export async function figuresOf(
  db: Database,
): Promise<{ readonly kept: FiguresByKey; readonly counted: FiguresByKey }> {
  const deltas = await countAll(db);
  const kept: Record<string, object> = {};
  const counted: Record<string, object> = {};
  for (const { name, spanMs } of [statsMinutes, statsHours]) {
    for (const { startMs, tenant, endpointId, figures } of deltas.by(spanMs, -Infinity))
      note(counted, `${name} ${startMs} ${tenant} ${endpointId}`, figures);
    const rows = (await rowsOf(db, name, 'start_at')) as (FiguresRow & {
      readonly start_at: Date;
      readonly tenant: string;
      readonly endpoint_id: string;
    })[];
    for (const row of rows) {
      const figures = new DeliveryFigures();
      addRow(figures, row);
      note(kept, `${name} ${row.start_at.getTime()} ${row.tenant} ${row.endpoint_id}`, figures);
    }
  }
  return { kept, counted };
}

async function countAll(db: Database): Promise<StatsDeltas> {
  const deltas = new StatsDeltas();
  for (const row of (await rowsOf(db, 'deliveries', 'id')) as DeliveryRow[]) {
    const owner = { tenant: row.tenant, endpointId: row.endpoint_id };
    const completedAtMs = row.completed_at?.getTime() ?? null;
    deltas.deliveryCreated(owner, {
      status: row.status,
      createdAtMs: row.created_at.getTime(),
      completedAtMs,
    });
  }
  for (const row of (await rowsOf(db, 'attempts', 'id')) as AttemptRow[]) {
    const owner = { tenant: row.tenant, endpointId: row.endpoint_id };
    deltas.attemptMade(owner, row.started_at.getTime(), {
      durationMs: row.duration_ms,
      outcome: row.outcome,
      responseStatus: row.response_status,
      errorCode: row.error_code,
    });
  }
  return deltas;
}

/** What was counted and taken back may leave a row of noughts: as good as none. */
function note(all: Record<string, object>, key: string, figures: DeliveryFigures): void {
  const { latencies, errors, ...counts } = figures;
  const pairs = latencies.pairs();
  if (pairs.length + errors.size === 0 && Object.values(counts).every((count) => count === 0)) return;
  all[key] = { ...counts, latencies: pairs, errors: Object.fromEntries(errors) };
}
