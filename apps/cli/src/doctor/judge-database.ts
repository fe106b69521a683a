import type { DatabaseProbe } from '@postel/postgres';
import { fail, ok, warn, type Finding } from './finding.js';
import { clockFinding } from './judge-clock.js';

const oldestPostgres = 18;

export function judgeDatabase(probe: DatabaseProbe): readonly Finding[] {
  const { version, majorVersion, isReplica, isReadOnly, forgetful, connections, clockOffsetMs } = probe;
  const { keepsSettings } = probe;
  const share = connections.used / connections.max;
  return [
    majorVersion < oldestPostgres
      ? fail(
          'database',
          `PostgreSQL ${version}, older than ${oldestPostgres}`,
          'upgrade it: statements need 18',
        )
      : ok('database', `PostgreSQL ${version}, ${connections.used} of ${connections.max} connections used`),
    ...(share > 0.9
      ? [
          warn(
            'database',
            'nearly all connections are used',
            'raise max_connections: no pooler can stand between',
          ),
        ]
      : []),
    ...(keepsSettings
      ? []
      : [
          fail(
            'database',
            'a pooler that drops the settings of sessions',
            'DATABASE_URL must lead to PostgreSQL itself',
          ),
        ]),
    ...(isReplica
      ? [fail('database', 'a replica, which takes no writes', 'DATABASE_URL must name the primary')]
      : []),
    ...(isReadOnly && !isReplica
      ? [fail('database', 'read-only, it takes no writes', 'switch default_transaction_read_only off')]
      : []),
    ...forgetful.map((setting) =>
      warn(
        'database',
        setting,
        'a crash of its machine loses rows; tables are projections and can be rebuilt',
      ),
    ),
    schemaFinding(probe),
    clockFinding('clock of the database', clockOffsetMs, 1_000),
  ];
}

function schemaFinding({ schema, unusable }: DatabaseProbe): Finding {
  const { applied, pending, unknown } = schema;
  if (pending.length > 0 && unknown.length === 0) {
    const detail = `${pending.length} migrations are pending: ${pending.join(', ')}`;
    return warn(
      'migrations',
      detail,
      'a service applies them when it starts; with POSTEL_MIGRATE=false: npm run migrate -- up',
    );
  }
  if (unusable !== null) return fail('migrations', unusable, 'docs/how-to/upgrade.md');
  if (unknown.length > 0) {
    return warn(
      'migrations',
      `ahead of this version by ${unknown.join(', ')}`,
      'a newer Postel was here, or is being rolled out',
    );
  }
  return ok('migrations', `all ${applied.length} applied`);
}
