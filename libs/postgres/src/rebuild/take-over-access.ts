import type { Transaction } from '../connection/transaction.js';

/**
 * Who may do what with the tables of one schema, and whose they are, becomes what is said of the tables of the same names
 * in another: all grants to whatever role, on tables, single partitions and single columns. A grant of a column that the
 * new table does not have any more goes with the column.
 */
export async function takeOverAccess(
  tx: Transaction,
  schemas: { readonly from: string; readonly to: string },
  tables: readonly string[],
): Promise<void> {
  for (const sql of [ownersSql, revokesSql, grantsSql]) {
    const { rows } = await tx.query<{ statement: string }>(sql, [schemas.from, schemas.to, [...tables]]);
    for (const { statement } of rows) await tx.query(statement);
  }
}

/** Tables that both schemas have. */
const pairsSql = `
WITH pairs AS (
  SELECT old.oid AS old, new.oid AS new, new.oid::regclass AS name,
         old.relowner AS owner, new.relowner AS new_owner, old.relacl AS acl, new.relacl AS new_acl
    FROM pg_class AS old
    JOIN pg_class AS new ON new.relname = old.relname AND new.relnamespace = to_regnamespace($2)
   WHERE old.relnamespace = to_regnamespace($1) AND old.relkind IN ('r', 'p') AND old.relname = ANY ($3)
)`;

/** Whoever rebuilds need not be the role that services connect as. */
const ownersSql = `${pairsSql}
SELECT format('ALTER TABLE %s OWNER TO %I', name, pg_get_userbyid(owner)) AS statement
  FROM pairs WHERE owner <> new_owner ORDER BY name`;

const toWhom = `CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END`;

/** What default privileges gave: the old tables may have had it taken from them. */
const revokesSql = `${pairsSql}
SELECT DISTINCT format('REVOKE ALL ON %s FROM %s', name, ${toWhom}) AS statement
  FROM pairs, aclexplode(new_acl) WHERE grantee <> owner`;

const grantsSql = `${pairsSql}, granted AS (
  SELECT name, owner, NULL::name AS attname, given.* FROM pairs, aclexplode(acl) AS given
   UNION ALL
  SELECT name, owner, was.attname, given.*
    FROM pairs
    JOIN pg_attribute AS was ON was.attrelid = old AND was.attacl IS NOT NULL AND NOT was.attisdropped
    JOIN pg_attribute AS now ON now.attrelid = new AND now.attname = was.attname AND NOT now.attisdropped,
         aclexplode(was.attacl) AS given
)
SELECT format(
         'GRANT %s ON %s TO %s%s',
         string_agg(DISTINCT privilege_type || coalesce(' (' || quote_ident(attname) || ')', ''), ', '),
         name, ${toWhom}, CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
       ) AS statement
  FROM granted WHERE grantee <> owner
 GROUP BY name, grantee, is_grantable ORDER BY 1`;
