import type { AttemptRecord } from '@postel/contracts';
import { batchOf, type BatchColumn } from '../connection/batch.js';
import { nullableText, storableJson, storableText, storableTime } from '../connection/storable.js';
import type { Transaction } from '../connection/transaction.js';
import type { StatsDeltas } from '../stats/stats-deltas.js';
import type { StoredAttempt } from './fold-deliveries.js';

const attemptColumns: Readonly<Record<string, BatchColumn<StoredAttempt>>> = {
  accepted_at: { type: 'time', value: ({ fact }) => storableTime(fact.acceptedAtMs) },
  delivery_id: { type: 'text', value: ({ fact }) => fact.deliveryId },
  number: { type: 'integer', value: ({ attempt }) => attempt.number },
  id: { type: 'text', value: ({ attempt }) => attempt.attemptId },
  tenant: { type: 'text', value: ({ fact }) => fact.tenant },
  endpoint_id: { type: 'text', value: ({ fact }) => fact.endpointId },
  started_at: { type: 'time', value: ({ attempt }) => storableTime(attempt.startedAtMs) },
  duration_ms: { type: 'double precision', value: ({ attempt }) => attempt.durationMs },
  timing: { type: 'json', value: ({ attempt }) => storableJson(attempt.timing) },
  request_url: { type: 'text', value: ({ attempt }) => storableText(attempt.request.url) },
  request_headers: { type: 'json', value: ({ attempt }) => storableJson(attempt.request.headers) },
  response_status: { type: 'integer', value: ({ attempt }) => attempt.response?.status },
  response_headers: {
    type: 'json',
    value: ({ attempt }) => (attempt.response ? storableJson(attempt.response.headers) : null),
  },
  response_body: { type: 'text', value: ({ attempt }) => nullableText(attempt.response?.body) },
  response_truncated: { type: 'boolean', value: ({ attempt }) => attempt.response?.truncated },
  error_code: { type: 'text', value: ({ attempt }) => nullableText(attempt.error?.code) },
  error_message: { type: 'text', value: ({ attempt }) => nullableText(attempt.error?.message) },
  outcome: { type: 'text', value: ({ attempt }) => attempt.outcome },
  log_seq: { type: 'bigint', value: ({ seq }) => seq },
};

const attemptRows = batchOf(attemptColumns, ({ attempt }) => attempt.response?.body.length ?? 0);

const insertAttemptsSql = `
INSERT INTO attempts AS row (${attemptRows.names})
SELECT ${attemptRows.names} FROM ${attemptRows.rows}
    ON CONFLICT (delivery_id, number, accepted_at) DO UPDATE
   SET (${attemptRows.names}) = ROW (${attemptRows.names
     .split(', ')
     .map((name) => `excluded.${name}`)
     .join(', ')})
 WHERE excluded.outcome = 'succeeded' AND row.outcome <> 'succeeded'
RETURNING new.delivery_id, new.number, old.tenant, old.endpoint_id, old.started_at, old.duration_ms, old.outcome,
          old.response_status, old.error_code`;

/** An attempt that another one took the place of; all is null where there was none. */
interface Replaced {
  readonly delivery_id: string;
  readonly number: number;
  readonly tenant: string | null;
  readonly endpoint_id: string;
  readonly started_at: Date;
  readonly duration_ms: number;
  readonly outcome: AttemptRecord['outcome'];
  readonly response_status: number | null;
  readonly error_code: string | null;
}

/** Rows of attempts, for {@link copyAttempts}. */
export const attemptsToCopy = () => attemptRows.toCopy();

/** Writes attempts that are new, each of which was counted. @throws when one of them is there already */
export async function copyAttempts(tx: Transaction, data: Uint8Array): Promise<void> {
  await tx.copyIn(`COPY attempts (${attemptRows.names}) FROM STDIN (FORMAT binary)`, data);
}

/** Writes attempts, and counts them; of two with the same number the successful one stays, or else the first. */
export async function insertAttempts(
  tx: Transaction,
  attempts: readonly StoredAttempt[],
  stats: StatsDeltas,
): Promise<void> {
  const returned: Replaced[] = [];
  for (const parameters of attemptRows.chunks(attempts)) {
    const { rows } = await tx.query<Replaced>(insertAttemptsSql, parameters);
    for (const row of rows) returned.push(row);
  }
  const stored = new Set(returned.map(({ delivery_id, number }) => `${number} ${delivery_id}`));
  for (const attempt of attempts) {
    if (stored.has(`${attempt.attempt.number} ${attempt.fact.deliveryId}`)) countMade(stats, attempt);
  }
  for (const replaced of returned) countGone(stats, replaced);
}

export function countMade(stats: StatsDeltas, { fact, attempt }: StoredAttempt): void {
  const { durationMs, outcome, response, error } = attempt;
  stats.attemptMade(fact, storableTime(attempt.startedAtMs), {
    durationMs,
    outcome,
    responseStatus: response?.status ?? null,
    errorCode: nullableText(error?.code),
  });
}

function countGone(stats: StatsDeltas, replaced: Replaced): void {
  const { tenant, endpoint_id: endpointId, started_at: startedAt, duration_ms: durationMs } = replaced;
  if (tenant === null) return;
  stats.attemptGone({ tenant, endpointId }, startedAt.getTime(), {
    durationMs,
    outcome: replaced.outcome,
    responseStatus: replaced.response_status,
    errorCode: replaced.error_code,
  });
}
