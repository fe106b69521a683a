import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A delivery with a number that is reopened joins the line of its key again. What is known of its present life, so that
 * a fact that comes again, however late, is told from one that is news; and of each key how far its first lives went.
 */
export class ReopenedInOrder1764490000001 implements MigrationInterface {
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
  'ALTER TABLE ordering_keys ADD ended_up_to bigint',
  // updated with every attempt of such a delivery (HOT)
  `CREATE TABLE reopened_in_order (
     delivery_id   text    PRIMARY KEY,
     tenant        text    NOT NULL,
     reopened_hop  integer NOT NULL,
     hop           integer NOT NULL,
     is_over       boolean NOT NULL,
     changed_at_ms bigint  NOT NULL
   ) WITH (fillfactor = 70)`,
];

/** The version before knows of no line for what is reopened: it goes out at once, and its key goes on without it. */
const down = [
  `UPDATE waiting SET due_at_ms = deferred_at_ms
    WHERE due_at_ms = ${held} AND ordering_sequence IS NOT NULL AND reopened_at_ms IS NOT NULL`,
  `WITH head AS (
     SELECT k.endpoint_id, k.ordering_key, lowest.*
       FROM ordering_keys AS k LEFT JOIN LATERAL (
              SELECT w.delivery_id, w.ordering_sequence, w.hop FROM waiting AS w
               WHERE w.endpoint_id = k.endpoint_id AND w.ordering_key = k.ordering_key
                 AND w.due_at_ms = ${held} AND w.ordering_sequence IS NOT NULL
               ORDER BY w.ordering_sequence LIMIT 1
            ) AS lowest ON true
      WHERE k.released <= k.ended_up_to
   ), due AS (
     UPDATE waiting AS w SET due_at_ms = w.deferred_at_ms FROM head WHERE w.delivery_id = head.delivery_id
   )
   UPDATE ordering_keys AS k SET released = head.ordering_sequence, released_hop = coalesce(head.hop - 1, 0)
     FROM head WHERE k.endpoint_id = head.endpoint_id AND k.ordering_key = head.ordering_key`,
  'DROP TABLE reopened_in_order',
  'ALTER TABLE ordering_keys DROP ended_up_to',
];
