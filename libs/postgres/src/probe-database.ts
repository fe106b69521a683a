import { connectAlone, keepsSettingsSql, type ConnectionSettings } from './connection/settings.js';
import { sqlOf } from './connection/transaction.js';
import { readSchemaState, whyUnusable, type SchemaState } from './migrations/schema-state.js';

/** What an operator's check asks a database; nothing here changes anything. */
export interface DatabaseProbe {
  /** Such as `18.4`. */
  readonly version: string;
  readonly majorVersion: number;
  /** How far its clock is ahead of ours; half of the way there and back is the error. */
  readonly clockOffsetMs: number;
  readonly schema: SchemaState;
  /** Why this version cannot use the schema as it is; `null` when it can. */
  readonly unusable: string | null;
  /** False: a pooler between drops the settings of sessions, and nothing works as it must. */
  readonly keepsSettings: boolean;
  /** A replica, which takes no writes. */
  readonly isReplica: boolean;
  /** So is a replica, and a primary with `default_transaction_read_only`. */
  readonly isReadOnly: boolean;
  /** Settings by which a crash loses what was committed. */
  readonly forgetful: readonly string[];
  readonly connections: { readonly used: number; readonly max: number };
}

interface Row {
  readonly version: string;
  readonly number: number;
  readonly now_ms: number;
  readonly keeps_settings: boolean;
  readonly is_replica: boolean;
  readonly is_read_only: boolean;
  readonly fsync: string;
  readonly synchronous_commit: string;
  readonly used: number;
  readonly max: number;
}

const question = `
  SELECT current_setting('server_version') AS version,
         current_setting('server_version_num')::int AS number,
         (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now_ms,
         ${keepsSettingsSql} AS keeps_settings,
         pg_is_in_recovery() AS is_replica,
         current_setting('transaction_read_only')::bool AS is_read_only,
         current_setting('fsync') AS fsync,
         current_setting('synchronous_commit') AS synchronous_commit,
         (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS used,
         current_setting('max_connections')::int AS max`;

/** @throws {DatabaseUnreachable} */
export async function probeDatabase(
  settings: ConnectionSettings,
  nowMs: () => number,
): Promise<DatabaseProbe> {
  const client = await connectAlone(settings, () => undefined);
  try {
    const sql = sqlOf(client);
    const askedMs = nowMs();
    const { rows } = await sql.query<Row>(question);
    const answeredMs = nowMs();
    const row = rows[0] as Row;
    const schema = await readSchemaState(sql);
    return {
      version: row.version.split(' ', 1)[0] ?? row.version,
      majorVersion: Math.floor(row.number / 10_000),
      clockOffsetMs: Math.round(row.now_ms - (askedMs + answeredMs) / 2),
      schema,
      unusable: whyUnusable(schema),
      keepsSettings: row.keeps_settings,
      isReplica: row.is_replica,
      isReadOnly: row.is_read_only,
      forgetful: [
        ...(row.fsync === 'off' ? ['fsync = off'] : []),
        ...(row.synchronous_commit === 'off' ? ['synchronous_commit = off'] : []),
      ],
      connections: { used: row.used, max: row.max },
    };
  } finally {
    await client.end().catch(() => undefined); // it is gone already
  }
}
