import { defaultTenant, everyFactFilter, natsHeaders } from '@postel/contracts';
import { positionedFacts, runProjection, type IncomingMessage } from '@postel/jetstream';
import type { Transaction } from '@postel/postgres';
import { archivedEventOf } from '../archive-events/archived-event.js';
import type { MetricsParts } from '../parts.js';
import { YieldToDeliveries } from './yield-to-deliveries.js';

/** Of a machine without a core to spare, tables lag this much for the sake of deliveries. */
const longestYieldMs = 5_000;

/** EVENTS into the archive, LOG into the delivery log; each in stream order, each with its own position. */
export class Projections {
  private readonly stopped = new AbortController();
  private running: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: MetricsParts) {}

  start(): void {
    const { database, tables, tenantExists } = this.parts;
    const isErased = (event: IncomingMessage) =>
      tables.deletedTenants.isErased(event.header(natsHeaders.tenant) ?? defaultTenant, event.storedAtMs);
    this.running = Promise.all([
      this.project('archive', 'EVENTS', ['>'], (tx, batch) =>
        database().events.store(
          tx,
          batch
            .filter((message) => !isErased(message))
            .map((message) => archivedEventOf(message, tenantExists)),
        ),
      ),
      this.project('delivery-log', 'LOG', [everyFactFilter], (tx, batch) =>
        database().deliveries.apply(tx, positionedFacts(batch)),
      ),
    ]);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private project(
    name: string,
    stream: 'EVENTS' | 'LOG',
    filters: readonly string[],
    apply: (tx: Transaction, batch: readonly IncomingMessage[]) => Promise<void>,
  ): Promise<void> {
    const { broker, database, logger, meters, nowMs } = this.parts;
    const yielding = new YieldToDeliveries({ nowMs, longestMs: longestYieldMs });
    return runProjection(broker, {
      beforeBatch: (first) => yielding.turn(first.storedAtMs, this.stopped.signal),
      name,
      stream,
      filters,
      store: { acquire: (wanted) => database().projections.acquire(wanted) },
      apply,
      signal: this.stopped.signal,
      onStored: (last) =>
        meters.projectionLag.set({ projection: name }, Math.max(0, nowMs() - last.storedAtMs) / 1_000),
      onLevel: () => meters.projectionLag.set({ projection: name }, 0),
      onTrouble: (message, error) => logger.warn({ err: error }, message),
    });
  }
}
