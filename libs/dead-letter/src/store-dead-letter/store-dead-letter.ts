import { projectionFilters } from '@postel/contracts';
import {
  partsOfFacts,
  positionedFacts,
  readMessage,
  runProjection,
  type PositionedFact,
} from '@postel/jetstream';
import type { EventRef, RawMessage, Transaction } from '@postel/postgres';
import { componentLogger, reportSetAside } from '@postel/telemetry';
import type { DeadLetterParts } from '../parts.js';

const tracedFacts = new Set(['delivery.died', 'event.invalid'] as const);

/** Projects what ended badly, and what was reopened or thrown away since, into the table of dead letters. */
export class StoreDeadLetter {
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();

  /** @param onLevel it has read all that there is at this moment */
  constructor(
    private readonly parts: Pick<DeadLetterParts, 'broker' | 'database' | 'logger' | 'meters' | 'tracing'>,
    private readonly onLevel: () => void = () => undefined,
  ) {}

  start(): void {
    const { broker, database, tracing } = this.parts;
    const logger = componentLogger(this.parts.logger, 'projections');
    this.running = runProjection(broker, {
      name: 'dead-letters',
      stream: 'LOG',
      filters: projectionFilters['dead-letters'],
      store: { acquire: (name) => database().projections.acquire(name) },
      prepare: (batch) => {
        const facts = positionedFacts(batch);
        return { write: (tx) => this.write(tx, facts), traced: () => partsOfFacts(facts, tracedFacts) };
      },
      tracing,
      onStored: (last, stored) =>
        logger.debug({ projection: 'dead-letters', position: last.seq, ...stored }, 'batch stored'),
      onLevel: this.onLevel,
      signal: this.stopped.signal,
      onTrouble: (message, error) => logger.warn({ err: error }, message),
    });
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async write(tx: Transaction, facts: readonly PositionedFact[]): Promise<void> {
    const { database } = this.parts;
    const payloads = await this.invalidPayloads(facts);
    const apply = (some: readonly PositionedFact[]) => database().deadLetters.apply(tx, some, payloads);
    reportSetAside(await database().writeOrSetAside.facts(tx, 'dead-letters', facts, apply), this.parts);
  }

  /**
   * The log has the position of an event that was not understood; its bytes are kept with the dead letter. They come from
   * the stream, which has them at once, or from the archive, which has them for longer.
   */
  private async invalidPayloads(facts: readonly PositionedFact[]): Promise<ReadonlyMap<number, RawMessage>> {
    const payloads = new Map<number, RawMessage>();
    const missing: EventRef[] = [];
    for (const { fact } of facts) {
      if (fact.fact !== 'event.invalid') continue;
      const stored = await readMessage(this.parts.broker, 'EVENTS', fact.eventSeq);
      if (stored) payloads.set(fact.eventSeq, stored);
      else missing.push({ acceptedAtMs: fact.acceptedAtMs, seq: fact.eventSeq });
    }
    const archived = await this.parts.database().events.payloads(missing);
    for (const [seq, { type, payload, headers }] of archived)
      payloads.set(seq, { subject: type, payload, headers });
    return payloads;
  }
}
