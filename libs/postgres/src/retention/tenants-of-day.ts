import type { Sql } from '../connection/transaction.js';

/** By an index that begins with the tenant: one look-up each, however many rows there are. */
function tenantsIn(table: string, condition: string): string {
  return `(
  WITH RECURSIVE found AS (
    (SELECT tenant FROM ${table} WHERE ${condition} ORDER BY tenant LIMIT 1)
    UNION ALL
    SELECT (SELECT tenant FROM ${table} WHERE ${condition} AND tenant > found.tenant ORDER BY tenant LIMIT 1)
      FROM found WHERE found.tenant IS NOT NULL
  )
  SELECT tenant FROM found WHERE tenant IS NOT NULL)`;
}

const inDay = 'accepted_at >= $1 AND accepted_at < $2';

/** Who has events or deliveries of this day. */
export async function tenantsOfDay(sql: Sql, from: Date, to: Date): Promise<readonly string[]> {
  const { rows } = await sql.query<{ tenant: string }>(
    `${tenantsIn('deliveries', inDay)} UNION ${tenantsIn('events', inDay)}`,
    [from, to],
  );
  return rows.map(({ tenant }) => tenant);
}

export async function tenantsWithDeadLetters(sql: Sql): Promise<readonly string[]> {
  const { rows } = await sql.query<{ tenant: string }>(tenantsIn('dead_letters', 'true'));
  return rows.map(({ tenant }) => tenant);
}
