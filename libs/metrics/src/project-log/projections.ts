import { defaultTenant, everyFactFilter, natsHeaders } from '@postel/contracts';
import {
  partsOfEvents,
  partsOfFacts,
  runProjection,
  type IncomingMessage,
  type PositionedFact,
} from '@postel/jetstream';
import type { NewArchivedEvent } from '@postel/postgres';
import { reportSetAside } from '@postel/telemetry';
import { archivedEventOf } from '../archive-events/archived-event.js';
import type { MetricsParts } from '../parts.js';
import { FoldAhead } from './fold-ahead.js';
import { YieldToDeliveries } from './yield-to-deliveries.js';

/** Of a machine without a core to spare, tables lag this much for the sake of deliveries. */
const longestYieldMs = 5_000;

export type ProjectionParts = Pick<
  MetricsParts,
  'broker' | 'database' | 'tables' | 'tenantExists' | 'logger' | 'meters' | 'tracing' | 'nowMs'
>;

/** Those that tell of an attempt, or that there will be one. */
const tracedFacts = new Set(['delivery.succeeded', 'delivery.deferred', 'delivery.died'] as const);

type Written = 'archive' | 'delivery-log';

/** EVENTS into the archive, LOG into the delivery log; each in stream order, each with its own position. */
export class Projections {
  private readonly stopped = new AbortController();
  private running: Promise<unknown> = Promise.resolve();

  /** @param onLevel one of them has read all that there is at this moment */
  constructor(
    private readonly parts: ProjectionParts,
    private readonly onLevel: (name: Written) => void = () => undefined,
  ) {}

  start(): void {
    this.running = Promise.all([this.archive(), this.logDeliveries()]);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private archive(): Promise<void> {
    const { broker, database, tables, tenantExists } = this.parts;
    const tenantOf = (event: IncomingMessage) => event.header(natsHeaders.tenant) ?? defaultTenant;
    const isErased = (event: IncomingMessage) =>
      tables.deletedTenants.isErased(tenantOf(event), event.storedAtMs);
    const yielding = this.yielding();
    return runProjection(broker, {
      ...this.basics('archive'),
      stream: 'EVENTS',
      filters: ['>'],
      tracedParts: partsOfEvents,
      beforeBatch: (first) => yielding.turn(first.storedAtMs, this.stopped.signal),
      apply: async (tx, batch) => {
        // whose tenant was created a moment ago is not nobody's for ever
        if (!batch.every((message) => tenantExists(tenantOf(message)))) await tables.catchUp();
        const events = batch
          .filter((message) => !isErased(message))
          .map((message) => archivedEventOf(message, tenantExists));
        const write = (some: readonly NewArchivedEvent[]) => database().events.store(tx, some);
        const aside = await database().writeOrSetAside.events(tx, 'archive', events, write);
        reportSetAside(aside, this.parts);
      },
    });
  }

  private logDeliveries(): Promise<void> {
    const { broker, database, tables } = this.parts;
    const yielding = this.yielding();
    const ahead = new FoldAhead({
      lastSequence: async () => (await broker.jsm.streams.info('LOG')).state.last_seq,
      longestMs: longestYieldMs,
    });
    return runProjection(broker, {
      ...this.basics('delivery-log'),
      stream: 'LOG',
      filters: [everyFactFilter],
      onLease: () => ahead.reset(),
      tracedParts: () => partsOfFacts(ahead.facts, tracedFacts),
      beforeBatch: (first) =>
        yielding.turn(Math.min(first.storedAtMs, ahead.heldSinceMs), this.stopped.signal),
      positionAfter: (batch) => ahead.read(batch),
      apply: async (tx) => {
        // held back while its tenant was deleted, or written by someone who did not know yet
        const facts = ahead.facts.filter(
          ({ fact }) => !tables.deletedTenants.isErased(fact.tenant, fact.acceptedAtMs),
        );
        const write = (some: readonly PositionedFact[]) => database().deliveries.apply(tx, some);
        const aside = await database().writeOrSetAside.facts(tx, 'delivery-log', facts, write);
        reportSetAside(aside, this.parts);
      },
    });
  }

  private yielding(): YieldToDeliveries {
    return new YieldToDeliveries({ nowMs: this.parts.nowMs, longestMs: longestYieldMs });
  }

  private basics(name: Written) {
    const { database, logger, meters, nowMs, tracing } = this.parts;
    return {
      name,
      store: { acquire: (wanted: string) => database().projections.acquire(wanted) },
      signal: this.stopped.signal,
      tracing,
      onStored: (last: IncomingMessage) =>
        meters.projectionLag.set({ projection: name }, Math.max(0, nowMs() - last.storedAtMs) / 1_000),
      onLevel: () => {
        meters.projectionLag.set({ projection: name }, 0);
        this.onLevel(name);
      },
      onTrouble: (message: string, error?: unknown) => logger.warn({ err: error }, message),
    };
  }
}
