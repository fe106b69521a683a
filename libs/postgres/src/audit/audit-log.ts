import type { AuditAction, AuditEntryAnswer } from '@postel/contracts';
import { batchOf } from '../connection/batch.js';
import { cursorOf, keyOfCursor, pageOf, type Page, type PageRequest } from '../connection/page.js';
import { nullableText, storableKey, storableTime } from '../connection/storable.js';
import type { Sql, Transaction } from '../connection/transaction.js';

export type AuditEntry = AuditEntryAnswer;

/** A deed, or a part of one: entries with one id are one, and their counts are added. */
export interface NewAuditEntry {
  readonly id: string;
  readonly tenant: string;
  readonly action: AuditAction;
  readonly actor: string;
  readonly atMs: number;
  readonly endpointId: string | null;
  /** What it was done to. */
  readonly subject: string | null;
  readonly count: number;
}

export interface AuditFilter extends PageRequest {
  readonly action?: AuditAction | undefined;
  readonly actor?: string | undefined;
  readonly endpointId?: string | undefined;
  /** Done at or after. */
  readonly sinceMs?: number | undefined;
  /** Done before. */
  readonly untilMs?: number | undefined;
}

interface AuditRow {
  readonly id: string;
  readonly at: Date;
  readonly ordinal: number;
  readonly action: AuditAction;
  readonly actor: string;
  readonly endpoint_id: string | null;
  readonly subject: string | null;
  readonly count: number;
}

const rows = batchOf<NewAuditEntry>({
  id: { type: 'text', value: ({ id }) => id },
  tenant: { type: 'text', value: ({ tenant }) => tenant },
  at: { type: 'time', value: ({ atMs }) => storableTime(atMs) },
  action: { type: 'text', value: ({ action }) => action },
  actor: { type: 'text', value: ({ actor }) => storableKey(actor) },
  endpoint_id: { type: 'text', value: ({ endpointId }) => nullableText(endpointId) },
  subject: { type: 'text', value: ({ subject }) => (subject === null ? null : storableKey(subject)) },
  count: { type: 'integer', value: ({ count }) => count },
});

/** The position in the stream, moved in the same transaction, sees to it that each part is added once. */
const applySql = `
INSERT INTO audit_entries AS row (${rows.names}) SELECT ${rows.names} FROM ${rows.rows}
    ON CONFLICT (id) DO UPDATE SET count = row.count + excluded.count, subject = NULL`;

/** Who did what, made of LOG and CONFIG. */
export class AuditLog {
  constructor(private readonly sql: Sql) {}

  /** By a projection, with its position. */
  async apply(tx: Transaction, entries: readonly NewAuditEntry[]): Promise<void> {
    for (const parameters of rows.chunks(merged(entries))) await tx.query(applySql, parameters);
  }

  /**
   * Newest first.
   * @throws InvalidCursor
   */
  async list(tenant: string, filter: AuditFilter): Promise<Page<AuditEntry>> {
    const { limit, cursor, action, actor, endpointId, sinceMs, untilMs } = filter;
    const conditions = ['tenant = $1'];
    const parameters: unknown[] = [tenant];
    const narrow = (condition: (parameter: string) => string, value: unknown): void => {
      if (value === undefined) return;
      parameters.push(value);
      conditions.push(condition(`$${parameters.length}`));
    };
    narrow((p) => `action = ${p}`, action);
    narrow((p) => `actor = ${p}`, actor);
    narrow((p) => `endpoint_id = ${p}`, endpointId);
    narrow((p) => `at >= ${p}`, sinceMs === undefined ? undefined : new Date(sinceMs));
    narrow((p) => `at < ${p}`, untilMs === undefined ? undefined : new Date(untilMs));
    if (cursor !== undefined) {
      const [atMs = 0, ordinal] = keyOfCursor('a', 2, cursor);
      parameters.push(new Date(storableTime(atMs)), ordinal);
      conditions.push(`(at, ordinal) < ($${parameters.length - 1}, $${parameters.length})`);
    }
    const { rows: found } = await this.sql.query<AuditRow>(
      `SELECT id, at, ordinal, action, actor, endpoint_id, subject, count FROM audit_entries
        WHERE ${conditions.join(' AND ')} ORDER BY at DESC, ordinal DESC LIMIT ${limit + 1}`,
      parameters,
    );
    return pageOf(found, limit, entryOf, ({ at, ordinal }) => cursorOf('a', [at.getTime(), ordinal]));
  }
}

/** A statement changes a row once. */
function merged(entries: readonly NewAuditEntry[]): readonly NewAuditEntry[] {
  const byId = new Map<string, NewAuditEntry>();
  for (const entry of entries) {
    const known = byId.get(entry.id);
    byId.set(entry.id, known ? { ...known, subject: null, count: known.count + entry.count } : entry);
  }
  return [...byId.values()];
}

function entryOf({ id, at, action, actor, endpoint_id, subject, count }: AuditRow): AuditEntry {
  return { id, action, actor, at: at.toISOString(), endpointId: endpoint_id, subject, count };
}
