import { refusalOf } from '../connection/refusal.js';
import { storableKey, storableText } from '../connection/storable.js';
import type { Transaction } from '../connection/transaction.js';
import type { PositionedFact } from '../delivery-log/fold-deliveries.js';
import type { NewArchivedEvent } from '../event-archive/event-archive.js';

/** Of what a projection writes rows: of a fact, or an event. */
export interface About {
  /** In its stream; of facts that of {@link PositionedFact}. */
  readonly seq: number;
  readonly tenant: string;
}

export interface SetAside extends About {
  readonly projection: string;
  readonly error: unknown;
}

/** More than these of one batch are no accident of content but a fault of ours: the projection stops, and can go on. */
const maxSetAside = 100;
const longestMessage = 500;

const setAsideSql = `
INSERT INTO unprojected (projection, seq, tenant, error) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`;

/**
 * Writes what a batch says. Should PostgreSQL refuse some of it for what is in it, all the rest is written, and that is
 * noted in the table `unprojected`: no content can stop a projection, whatever nobody thought of. The log has it still,
 * for a rebuild with a version that can write it.
 *
 *   batch ──refused──▶ its halves, one after the other ──▶ … ──▶ the one that is refused alone
 */
export async function applyOrSetAside<Item>(
  tx: Transaction,
  projection: string,
  batch: readonly Item[],
  about: (item: Item) => About,
  apply: (items: readonly Item[]) => Promise<void>,
): Promise<readonly SetAside[]> {
  const aside: SetAside[] = [];
  const write = async (part: readonly Item[], savepoint?: string): Promise<void> => {
    const error = await refusalOf(tx, () => apply(part), savepoint);
    if (error === null) return;
    if (part.length === 1) {
      if (aside.length === maxSetAside) throw error;
      const refused = { projection, ...about(part[0] as Item), error };
      await note(tx, refused);
      aside.push(refused);
      return;
    }
    const half = Math.ceil(part.length / 2);
    await write(part.slice(0, half));
    await write(part.slice(half));
  };
  if (batch.length > 0) await write(batch, tx.savepoint);
  return aside;
}

async function note(tx: Transaction, { projection, seq, tenant, error }: SetAside): Promise<void> {
  const message = String(error).slice(0, longestMessage);
  await tx.query(setAsideSql, [projection, seq, storableKey(tenant), storableText(message)]);
}

/** {@link applyOrSetAside} for what the projections read. */
export const writeOrSetAside = {
  facts: (
    tx: Transaction,
    projection: string,
    facts: readonly PositionedFact[],
    apply: (facts: readonly PositionedFact[]) => Promise<void>,
  ): Promise<readonly SetAside[]> =>
    applyOrSetAside(tx, projection, facts, ({ seq, fact }) => ({ seq, tenant: fact.tenant }), apply),
  events: (
    tx: Transaction,
    projection: string,
    events: readonly NewArchivedEvent[],
    apply: (events: readonly NewArchivedEvent[]) => Promise<void>,
  ): Promise<readonly SetAside[]> =>
    applyOrSetAside(tx, projection, events, ({ seq, tenant }) => ({ seq, tenant }), apply),
} as const;
