import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The waiting room is emptied by the owners of partitions, each its own, and holds back what must be delivered in order.
 * Rows that wait already get their partition from `repartition`, which every owner calls when it starts.
 */
export class WaitingByPartition1763800000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

/** `heldDueAtMs`; a literal, because a migration never changes. */
const held = '9007199254740991';

const up = [
  `ALTER TABLE waiting
     ADD partition         smallint NOT NULL DEFAULT -1,
     ADD deferred_at_ms    bigint,
     ADD ordering_key      text,
     ADD ordering_sequence bigint,
     ADD reopened_at_ms    bigint`,
  // rewrites the table once, and leaves no dead rows as an UPDATE would
  `ALTER TABLE waiting
     ALTER deferred_at_ms TYPE bigint USING coalesce(deferred_at_ms, accepted_at_ms),
     ALTER deferred_at_ms SET NOT NULL,
     ALTER partition DROP DEFAULT`,
  'DROP INDEX waiting_by_due, waiting_by_endpoint',
  'CREATE INDEX waiting_by_due ON waiting (partition, due_at_ms)',
  'CREATE INDEX waiting_by_endpoint ON waiting (partition, endpoint_id, due_at_ms)',
  'CREATE INDEX waiting_by_age ON waiting (coalesce(reopened_at_ms, accepted_at_ms))',
  `CREATE INDEX waiting_unnumbered ON waiting (event_seq)
     WHERE due_at_ms = ${held} AND ordering_sequence IS NULL`,
  `CREATE INDEX waiting_held ON waiting (endpoint_id, ordering_key, ordering_sequence)
     WHERE due_at_ms = ${held} AND ordering_sequence IS NOT NULL`,
  // updated with every ordered delivery: room on the page, and no index on what changes (HOT)
  `CREATE TABLE ordering_keys (
     endpoint_id    text    NOT NULL,
     ordering_key   text    NOT NULL,
     last_sequence  bigint  NOT NULL,
     last_event_seq bigint  NOT NULL,
     released       bigint,
     released_hop   integer NOT NULL,
     PRIMARY KEY (endpoint_id, ordering_key)
   ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0)`,
];

const down = [
  'DROP TABLE ordering_keys',
  'DROP INDEX waiting_by_due, waiting_by_endpoint, waiting_by_age, waiting_unnumbered, waiting_held',
  // what is held would wait for ever there: it goes out, in no order
  `UPDATE waiting SET due_at_ms = deferred_at_ms WHERE due_at_ms = ${held}`,
  `ALTER TABLE waiting
     DROP partition, DROP deferred_at_ms, DROP ordering_key, DROP ordering_sequence, DROP reopened_at_ms`,
  'CREATE INDEX waiting_by_due ON waiting (due_at_ms)',
  'CREATE INDEX waiting_by_endpoint ON waiting (endpoint_id, due_at_ms)',
];
