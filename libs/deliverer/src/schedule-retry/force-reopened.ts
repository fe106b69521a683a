import { logFilter, type DeliveryReopened } from '@postel/contracts';
import { followStream, positionedFacts, type Broker } from '@postel/jetstream';
import type { WaitingRow } from '@postel/postgres';
import { LastingTrouble, type Logger } from '@postel/telemetry';
import { setTimeout as delay } from 'node:timers/promises';
import type { Circuits } from '../keep-circuits/circuits.js';
import { publishDue, type PutBackParts } from './put-back.js';

export interface ForceParts extends PutBackParts {
  readonly broker: Broker;
  readonly circuits: Pick<Circuits, 'isOpen' | 'hurryProbe'>;
  /** Partitions that this process owns. */
  readonly owned: ReadonlySet<number>;
  readonly partitionOf: (endpointId: string) => number;
  readonly logger: Logger;
}

/**
 * What someone asked for by hand is tried although the circuit is open, when nothing that waits is let back. So the
 * owner puts it back as soon as the log tells of it; under the same message id as the scheduler, so that whichever comes
 * second is dropped by the broker. Of many that are redriven together one will do: its success closes the circuit. What
 * has a number goes when it is its turn, which it may not be: for it the circuit's probe goes at once, whatever that is.
 */
export class ForceReopened {
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly parts: ForceParts) {}

  start(): void {
    this.running = this.follow();
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async follow(): Promise<void> {
    const { broker, logger, nowMs } = this.parts;
    const { signal } = this.stopped;
    const trouble = new LastingTrouble(nowMs);
    const onTrouble = (error: unknown): void => {
      if (trouble.again()) logger.warn({ err: error }, 'what is retried by hand waits for open circuits');
    };
    while (!signal.aborted) {
      try {
        const { last_seq: after } = (await broker.jsm.streams.info('LOG')).state;
        await followStream(broker, {
          stream: 'LOG',
          filters: [logFilter('delivery.reopened')],
          start: { after },
          signal,
          onBatch: async (batch) => {
            const facts = positionedFacts(batch).flatMap(({ fact }) =>
              fact.fact === 'delivery.reopened' ? [fact] : [],
            );
            await this.force(facts).catch(onTrouble); // what fails here waits until the circuit closes
          },
          onTrouble,
        });
      } catch (error) {
        onTrouble(error);
        await delay(1_000, undefined, { signal }).catch(() => undefined); // stopped: no need to wait
      }
    }
  }

  private async force(facts: readonly DeliveryReopened[]): Promise<void> {
    const { circuits, nowMs, owned, partitionOf } = this.parts;
    const redriven = new Set<string>();
    const rows: WaitingRow[] = [];
    for (const fact of facts) {
      const { by, endpointId, ordering, tenant } = fact;
      if (!owned.has(partitionOf(endpointId)) || !circuits.isOpen(endpointId, nowMs())) continue;
      if (ordering?.sequence !== undefined) {
        circuits.hurryProbe({ tenant, endpointId }, nowMs());
        continue;
      }
      if (by !== 'retry' && redriven.has(endpointId)) continue;
      if (by !== 'retry') redriven.add(endpointId);
      rows.push(rowOf(fact));
    }
    if (rows.length > 0) await publishDue(rows, this.parts);
  }
}

/** As the waiting room has it. */
function rowOf({
  v: _v,
  fact: _fact,
  by: _by,
  actor: _actor,
  request: _request,
  atMs,
  hop,
  ...about
}: DeliveryReopened): WaitingRow {
  return { ...about, hop: hop + 1, deferredAtMs: atMs, reason: 'reopened', reopenedAtMs: atMs };
}
