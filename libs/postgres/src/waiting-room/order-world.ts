import { expect } from '@jest/globals';
import { deliveryMessageId, type DeliveryFact } from '@postel/contracts';
import { decideReopen, evolveDelivery, initialDelivery, type DeliveryState } from '@postel/domain';
import type { Database } from '../database.js';
import { positioned, testPartitions } from '../test-database.js';
import * as f from '../test-facts.js';
import type { WaitingRow } from './waiting-row.js';

export type Step =
  | { readonly do: 'fan out'; readonly ahead: number; readonly key: number }
  | { readonly do: 'repeat a fact'; readonly which: number }
  | { readonly do: 'apply'; readonly facts: number; readonly rollsBack: boolean }
  | { readonly do: 'number' }
  | { readonly do: 'put back'; readonly limit: number; readonly crashes: boolean }
  | { readonly do: 'attempt'; readonly which: number; readonly endings: readonly Ending[] }
  | { readonly do: 'reopen'; readonly which: number; readonly tellsOrder: boolean }
  | { readonly do: 'end the endpoint'; readonly limit: number }
  | { readonly do: 'reach the disk' }
  | { readonly do: 'crash of the database' };
type Ending = 'succeeded' | 'deferred' | 'died';

const endpointId = 'ep_1';
const partitions = Array.from({ length: testPartitions }, (_, partition) => partition);
const selection = { nowMs: f.startMs + 1e9, partitions, defaultRoom: 100, rooms: new Map<string, number>() };
/** Events that are fanned out at the same time, by several dispatchers. */
const window = 4;

const tables = ['waiting', 'ordering_keys', 'reopened_in_order'] as const;
interface OnDisk {
  readonly rows: readonly { readonly rows: unknown }[];
  readonly applied: number;
}

interface RowInOrder {
  readonly id: string;
  readonly hop: number;
  readonly key: string;
  readonly seq: number;
  readonly n: number | null;
  readonly out: boolean;
}

/** All services around one ordered endpoint: what they append, and what the waiting room makes of it. */
export class OrderWorld {
  readonly #log: DeliveryFact[] = [];
  #applied = 0;
  /** What a crash of the database goes back to: commits do not wait for the disk. */
  #onDisk: OnDisk = { rows: [], applied: 0 };
  readonly #keyOf = new Map<number, string>();
  #fannedOutBelow = 1;
  /** Put back and not ended, by message id. */
  readonly #inFlight = new Map<string, WaitingRow>();
  readonly #published = new Set<string>();
  /** What of it was ended in the waiting room meanwhile: its removal was lost, and then its endpoint was disabled. */
  readonly #endedWaiting = new Set<string>();
  /** As the delivery log has them. */
  readonly #states = new Map<string, DeliveryState>();
  readonly #numbers = new Map<string, { key: string; eventSeq: number; sequence: number }>();

  /** Keys of which a crash forgot numbers: what was reopened then may have met the head that nobody knew of (ADR 13). */
  readonly #forgotten = new Set<string>();

  constructor(private readonly db: Database) {}

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'fan out':
        this.#fanOut(this.#fannedOutBelow + (step.ahead % window), `key\0${step.key}`);
        break;
      case 'repeat a fact':
        if (this.#log.length > 0) this.#append(this.#log[step.which % this.#log.length] as DeliveryFact);
        break;
      case 'apply':
        await this.#apply(step.facts, step.rollsBack);
        break;
      case 'number':
        await this.#number();
        break;
      case 'put back':
        await this.#putBack(step.limit, step.crashes);
        break;
      case 'attempt':
        this.#attempt([...this.#inFlight.values()][step.which % (this.#inFlight.size || 1)], step.endings);
        break;
      case 'reopen':
        this.#reopen(step.which, step.tellsOrder);
        break;
      case 'end the endpoint':
        await this.db.waiting.endEndpoint(endpointId, step.limit, (rows) => {
          for (const row of rows) {
            this.#append(this.#factOf(row, 'died', row.attemptsMade));
            this.#endedWaiting.add(deliveryMessageId(row));
          }
          return Promise.resolve();
        });
        await this.#reachDisk();
        break;
      case 'reach the disk':
        await this.#reachDisk();
        break;
      case 'crash of the database':
        await this.#crash();
        break;
    }
    await this.#check();
  }

  /** Nothing new comes, and everything works: all that waits goes out. */
  async drain(): Promise<void> {
    const end = this.#fannedOutBelow + window;
    for (let seq = this.#fannedOutBelow; seq < end; seq++) this.#fanOut(seq, 'last');
    for (let rounds = 0; rounds < 200; rounds++) {
      await this.#number();
      await this.#check();
      await this.#putBack(100, false);
      await this.#check();
      if (this.#inFlight.size === 0) break;
      for (const row of [...this.#inFlight.values()]) this.#attempt(row, ['succeeded']);
    }
    const left = await this.#query('SELECT delivery_id, reason, due_at_ms, ordering_sequence FROM waiting');
    expect(left).toEqual([]);
    expect(await this.#query('SELECT * FROM ordering_keys WHERE released IS NOT NULL')).toEqual([]);
    const over = [...this.#states.values()].filter(
      ({ status }) => status === 'succeeded' || status === 'dead',
    );
    expect(over).toHaveLength(this.#keyOf.size);
    this.#checkNumbers();
  }

  #append(fact: DeliveryFact): void {
    this.#log.push(fact);
    const before = this.#states.get(fact.deliveryId) ?? initialDelivery;
    this.#states.set(fact.deliveryId, evolveDelivery(before, fact));
  }

  #fanOut(seq: number, key: string): void {
    if (this.#keyOf.has(seq)) return;
    this.#keyOf.set(seq, key);
    this.#append(f.deferred(seq, { endpointId, attemptsMade: 0, reason: 'ordering', ordering: { key } }));
    while (this.#keyOf.has(this.#fannedOutBelow)) this.#fannedOutBelow += 1;
  }

  async #apply(count: number, rollsBack: boolean): Promise<void> {
    const facts = this.#log.slice(this.#applied, this.#applied + count);
    const work = this.db.transaction(async (tx) => {
      await this.db.waiting.apply(tx, positioned(facts, this.#applied), testPartitions);
      if (rollsBack) throw new Error('killed');
    });
    if (rollsBack) return void (await expect(work).rejects.toThrow('killed'));
    await work;
    this.#applied += facts.length;
    if (facts.some((fact) => fact.fact === 'delivery.reopened' && fact.ordering)) await this.#reachDisk();
  }

  async #reachDisk(): Promise<void> {
    const rows = await Promise.all(
      tables.map((table) =>
        this.#query<{ rows: unknown }>(
          `SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]') AS rows FROM ${table} AS t`,
        ),
      ),
    );
    this.#onDisk = { rows: rows.flat(), applied: this.#applied };
  }

  async #crash(): Promise<void> {
    const { applied, rows } = this.#onDisk;
    this.#applied = applied;
    await this.db.transaction(async (tx) => {
      await tx.query(`TRUNCATE ${tables.join(', ')}`);
      for (const [index, table] of tables.entries())
        await tx.query(`INSERT INTO ${table} SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1)`, [
          JSON.stringify(rows[index]?.rows ?? []),
        ]);
    });
    await this.#noteForgottenNumbers();
  }

  async #noteForgottenNumbers(): Promise<void> {
    const given = new Map(
      (
        await this.#query<{ key: string; last: number }>(
          'SELECT ordering_key AS key, last_sequence AS last FROM ordering_keys',
        )
      ).map(({ key, last }) => [key, last]),
    );
    for (const { key, sequence } of this.#numbers.values())
      if (sequence > (given.get(key) ?? 0)) this.#forgotten.add(key);
  }

  async #number(): Promise<void> {
    const ackFloor = this.#fannedOutBelow - 1;
    await this.#apply(this.#log.length, false);
    await this.db.transaction((tx) => this.db.waiting.numberHeld(tx, ackFloor));
  }

  async #putBack(limit: number, crashes: boolean): Promise<void> {
    const work = this.db.waiting.putBack({ ...selection, limit }, (rows) => {
      for (const row of rows) this.#publish(row);
      return crashes
        ? Promise.reject(new Error('killed'))
        : Promise.resolve(new Set(rows.map(deliveryMessageId)));
    });
    await work.catch((error: unknown) => {
      if (!crashes) throw error;
    });
  }

  /** The broker drops what it has had already. */
  #publish(row: WaitingRow): void {
    const messageId = deliveryMessageId(row);
    if (!this.#published.has(messageId)) this.#inFlight.set(messageId, row);
    this.#published.add(messageId);
  }

  /** By one owner, or by two that end the same hop. */
  #attempt(row: WaitingRow | undefined, endings: readonly Ending[]): void {
    if (!row) return;
    this.#inFlight.delete(deliveryMessageId(row));
    for (const ending of endings) this.#append(this.#factOf(row, ending, row.attemptsMade + 1));
  }

  #reopen(which: number, tellsOrder: boolean): void {
    const states = [...this.#states.values()];
    const state = states[which % (states.length || 1)] ?? initialDelivery;
    const decision = decideReopen({ by: 'retry', actor: 'x', nowMs: f.startMs }, state, 'active');
    if (!decision.ok) return;
    const { ordering, ...unordered } = decision.fact;
    this.#append(tellsOrder && ordering ? { ...unordered, ordering } : unordered);
  }

  #factOf(row: WaitingRow, ending: Ending, attemptsMade: number): DeliveryFact {
    const { hop, attemptsBeforeReopen, ordering, reopenedAtMs } = row;
    const part = {
      endpointId,
      hop,
      attemptsMade,
      attemptsBeforeReopen,
      ...(ordering ? { ordering } : {}),
      ...(reopenedAtMs === undefined ? {} : { reopenedAtMs }),
    };
    return f[ending](row.eventSeq, part);
  }

  async #check(): Promise<void> {
    const rows = await this.#query<RowInOrder>(
      `SELECT delivery_id AS id, hop, ordering_key AS key, event_seq AS seq, ordering_sequence AS n,
              due_at_ms < ${Number.MAX_SAFE_INTEGER} AS out
         FROM waiting WHERE ordering_key IS NOT NULL`,
    );
    const out = new Map<string, Set<string>>();
    const goesOut = (key: string, id: string) =>
      void out.set(key, (out.get(key) ?? new Set<string>()).add(id));
    for (const { id, hop, key, seq, n, out: isOut } of rows) {
      // that of which a crash forgot that it went out is dropped by the broker
      if (isOut && !this.#published.has(deliveryMessageId({ deliveryId: id, hop }))) goesOut(key, id);
      if (n === null) continue;
      const known = this.#numbers.get(id) ?? { key, eventSeq: seq, sequence: n };
      expect(n).toBe(known.sequence);
      this.#numbers.set(id, known);
    }
    for (const [messageId, { deliveryId, ordering }] of this.#inFlight) {
      if (!ordering) continue;
      if (this.#states.get(deliveryId)?.status === 'succeeded' || this.#endedWaiting.has(messageId)) continue;
      expect(ordering.sequence).toBeDefined();
      goesOut(ordering.key, deliveryId);
    }
    for (const [key, ids] of out) if (!this.#forgotten.has(key)) expect([...ids]).toHaveLength(1);
  }

  #checkNumbers(): void {
    const byKey = Map.groupBy(this.#numbers.values(), ({ key }) => key);
    for (const numbers of byKey.values()) {
      const inOrder = numbers.sort((a, b) => a.eventSeq - b.eventSeq).map(({ sequence }) => sequence);
      expect(inOrder).toEqual(inOrder.map((_, index) => index + 1));
    }
  }

  async #query<Row extends object>(sql: string): Promise<readonly Row[]> {
    return this.db.transaction(async (tx) => (await tx.query<Row>(sql)).rows);
  }
}
