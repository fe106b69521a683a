import { batchOf } from '../connection/batch.js';
import { storableTime } from '../connection/storable.js';
import type { Transaction } from '../connection/transaction.js';

/** What is known of one endpoint; what is in `state` and `effect` is the evaluator's business, and JSON. */
export interface EndpointAlert {
  readonly endpointId: string;
  readonly tenant: string;
  readonly state: object;
  readonly failing: boolean;
  /** When it was last heard of. */
  readonly lastAtMs: number;
}

export interface NewAlertEffect {
  readonly endpointId: string;
  readonly tenant: string;
  readonly effect: object;
}

export interface AlertEffectRow extends NewAlertEffect {
  readonly id: number;
}

const alertRows = batchOf<EndpointAlert>({
  endpoint_id: { type: 'text', value: ({ endpointId }) => endpointId },
  tenant: { type: 'text', value: ({ tenant }) => tenant },
  state: { type: 'jsonb', value: ({ state }) => JSON.stringify(state) },
  failing: { type: 'boolean', value: ({ failing }) => failing },
  last_at: { type: 'time', value: ({ lastAtMs }) => storableTime(lastAtMs) },
});

const saveSql = `
INSERT INTO endpoint_alerts (${alertRows.names}) SELECT ${alertRows.names} FROM ${alertRows.rows}
ON CONFLICT (endpoint_id) DO UPDATE
   SET state = excluded.state, failing = excluded.failing, last_at = excluded.last_at`;

const effectRows = batchOf<NewAlertEffect>({
  tenant: { type: 'text', value: ({ tenant }) => tenant },
  endpoint_id: { type: 'text', value: ({ endpointId }) => endpointId },
  effect: { type: 'jsonb', value: ({ effect }) => JSON.stringify(effect) },
});

const addSql = `INSERT INTO alert_effects (${effectRows.names}) SELECT ${effectRows.names} FROM ${effectRows.rows}`;

const alertColumns = `endpoint_id AS "endpointId", tenant, state, failing,
  (extract(epoch FROM last_at) * 1000)::bigint AS "lastAtMs"`;

/** States of endpoints that have dead letters, and effects that were decided with them, until they are done. */
export class AlertStore {
  async load(tx: Transaction, endpointIds: readonly string[]): Promise<readonly EndpointAlert[]> {
    if (endpointIds.length === 0) return [];
    const { rows } = await tx.query<EndpointAlert>(
      `SELECT ${alertColumns} FROM endpoint_alerts WHERE endpoint_id = ANY ($1)`,
      [endpointIds],
    );
    return rows;
  }

  /** Those that count as failing, by id. @param after the last id of the page before; empty: from the beginning */
  async loadFailing(tx: Transaction, after: string, limit: number): Promise<readonly EndpointAlert[]> {
    const { rows } = await tx.query<EndpointAlert>(
      `SELECT ${alertColumns} FROM endpoint_alerts WHERE failing AND endpoint_id > $1 ORDER BY endpoint_id LIMIT $2`,
      [after, limit],
    );
    return rows;
  }

  async countFailing(tx: Transaction): Promise<number> {
    const { rows } = await tx.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM endpoint_alerts WHERE failing',
    );
    return rows[0]?.count ?? 0;
  }

  /** States and what was decided with them belong into one transaction. */
  async save(
    tx: Transaction,
    alerts: readonly EndpointAlert[],
    effects: readonly NewAlertEffect[],
  ): Promise<void> {
    for (const parameters of alertRows.chunks(alerts)) await tx.query(saveSql, parameters);
    for (const parameters of effectRows.chunks(effects)) await tx.query(addSql, parameters);
  }

  async remove(tx: Transaction, endpointIds: readonly string[]): Promise<void> {
    if (endpointIds.length === 0) return;
    await tx.query('DELETE FROM endpoint_alerts WHERE endpoint_id = ANY ($1)', [endpointIds]);
  }

  /** Of which nothing was heard since then. @returns how many went */
  async forgetQuiet(tx: Transaction, beforeMs: number, limit: number): Promise<number> {
    const { count } = await tx.query(
      `DELETE FROM endpoint_alerts WHERE endpoint_id IN (
         SELECT endpoint_id FROM endpoint_alerts WHERE NOT failing AND last_at < $1 ORDER BY last_at LIMIT $2)`,
      [new Date(beforeMs), limit],
    );
    return count;
  }

  /** Oldest first. @param restedMs so long ago they were decided at least */
  async pendingEffects(tx: Transaction, restedMs: number, limit: number): Promise<readonly AlertEffectRow[]> {
    const { rows } = await tx.query<AlertEffectRow>(
      `SELECT id, endpoint_id AS "endpointId", tenant, effect FROM alert_effects
        WHERE decided_at <= clock_timestamp() - $1::double precision * interval '1 ms' ORDER BY id LIMIT $2`,
      [restedMs, limit],
    );
    return rows;
  }

  async removeEffects(tx: Transaction, ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    await tx.query('DELETE FROM alert_effects WHERE id = ANY ($1)', [ids]);
  }
}
