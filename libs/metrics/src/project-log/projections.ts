import { defaultTenant, natsHeaders, projectionFilters } from '@postel/contracts';
import {
  partsOfEvents,
  partsOfFacts,
  runProjection,
  type IncomingMessage,
  type PositionedFact,
  type PreparedBatch,
  type StoredBatch,
} from '@postel/jetstream';
import {
  inTurns,
  type NewArchivedEvent,
  type PlannedEvents,
  type Steps,
  type Transaction,
} from '@postel/postgres';
import { componentLogger, reportSetAside } from '@postel/telemetry';
import { archivedEventOf } from '../archive-events/archived-event.js';
import type { MetricsParts } from '../parts.js';
import { FoldAhead } from './fold-ahead.js';
import { MachineLoad } from './machine-load.js';
import { ShareTables, type Written } from './share-tables.js';
import { lagForMs, longestLagMs, YieldToDeliveries } from './yield-to-deliveries.js';

export type ProjectionParts = Pick<
  MetricsParts,
  'broker' | 'database' | 'tables' | 'tenantExists' | 'logger' | 'meters' | 'tracing' | 'nowMs'
>;

/** Figures are added to their rows once a batch, and with them all that each endpoint took so far of that hour. */
const maxBatchBytes = 8 * 1024 * 1024;

/** Whether another process could write one of the tables. */
const lookEveryMs = 500;

/** A millisecond or so. */
const eventsAtOnce = 64;

/** Those that tell of an attempt, or that there will be one. */
const tracedFacts = new Set(['delivery.succeeded', 'delivery.deferred', 'delivery.died'] as const);

/** EVENTS into the archive, LOG into the delivery log; each in stream order, each with its own position. */
export class Projections {
  private readonly stopped = new AbortController();
  private readonly machine = new MachineLoad();
  private readonly share: ShareTables;
  private readonly yielding: YieldToDeliveries;
  private looking: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();

  /** @param onLevel one of them has read all that there is at this moment */
  constructor(
    private readonly parts: ProjectionParts,
    private readonly onLevel: (name: Written) => void = () => undefined,
  ) {
    const { database, nowMs } = parts;
    this.yielding = new YieldToDeliveries({ nowMs, machineIsBusy: () => this.machine.isBusy });
    this.share = new ShareTables({
      acquire: (name) => database().projections.acquire(name),
      areAwaited: (names) => database().projections.areAwaited(names),
      nowMs,
    });
  }

  start(): void {
    this.machine.watch(this.stopped.signal);
    // a database that is away is told of by whoever writes
    this.looking = setInterval(() => void this.share.look().catch(() => undefined), lookEveryMs).unref();
    this.running = Promise.all([this.archive(), this.logDeliveries()]);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    clearInterval(this.looking);
    await this.running;
  }

  private archive(): Promise<void> {
    return runProjection(this.parts.broker, {
      ...this.basics('archive'),
      stream: 'EVENTS',
      filters: projectionFilters.archive,
      beforeBatch: (batch) => this.yieldTo(batch),
      prepare: (batch) => this.prepareEvents(batch),
    });
  }

  private async prepareEvents(batch: readonly IncomingMessage[]): Promise<PreparedBatch<Transaction>> {
    const { database, tables, tenantExists } = this.parts;
    const { changes } = tables.deletedTenants;
    let strangers = 0;
    const exists = (tenant: string) => tenantExists(tenant) || (strangers++, false);
    let plan = await inTurns(this.planEvents(batch, exists));
    if (strangers > 0) {
      // whose tenant was created a moment ago is not nobody's for ever
      await tables.catchUp();
      plan = await inTurns(this.planEvents(batch, tenantExists));
    }
    const write = async (tx: Transaction) => {
      // a tenant may have been deleted meanwhile
      const isAsPlanned = tables.deletedTenants.changes === changes;
      if (plan && isAsPlanned && (await database().events.storePlanned(tx, plan))) return;
      const events = this.keptEvents(batch).map((message) => archivedEventOf(message, tenantExists));
      const store = (some: readonly NewArchivedEvent[]) => database().events.store(tx, some);
      reportSetAside(await database().writeOrSetAside.events(tx, 'archive', events, store), this.parts);
    };
    return { write, traced: () => partsOfEvents(this.keptEvents(batch)) };
  }

  private *planEvents(
    batch: readonly IncomingMessage[],
    tenantExists: (tenant: string) => boolean,
  ): Steps<PlannedEvents | null> {
    const plan = this.parts.database().events.plan();
    for (const [index, message] of batch.entries()) {
      if (this.isKept(message)) plan.add(archivedEventOf(message, tenantExists));
      if (index % eventsAtOnce === 0) yield;
    }
    return plan.end();
  }

  private keptEvents(batch: readonly IncomingMessage[]): readonly IncomingMessage[] {
    return batch.filter((message) => this.isKept(message));
  }

  private isKept(event: IncomingMessage): boolean {
    const tenant = event.header(natsHeaders.tenant) ?? defaultTenant;
    return !this.parts.tables.deletedTenants.isErased(tenant, event.storedAtMs);
  }

  private logDeliveries(): Promise<void> {
    const { broker, nowMs } = this.parts;
    const ahead = new FoldAhead({
      lastSequence: async () => (await broker.jsm.streams.info('LOG')).state.last_seq,
      longestMs: longestLagMs.many,
      nowMs,
    });
    return runProjection(broker, {
      ...this.basics('delivery-log'),
      stream: 'LOG',
      filters: projectionFilters['delivery-log'],
      maxBatchBytes,
      onLease: () => ahead.reset(),
      beforeBatch: (batch) => this.yieldTo(batch, ahead.heldSinceMs),
      holdsBack: true,
      prepare: (batch) => this.prepareFacts(batch, ahead),
    });
  }

  private async prepareFacts(
    batch: readonly IncomingMessage[],
    ahead: FoldAhead,
  ): Promise<PreparedBatch<Transaction>> {
    const { database, tables } = this.parts;
    const { changes } = tables.deletedTenants;
    // held back while its tenant was deleted, or written by someone who did not know yet
    const kept = (facts: readonly PositionedFact[]) =>
      facts.filter(({ fact }) => !tables.deletedTenants.isErased(fact.tenant, fact.acceptedAtMs));
    const planning = database().deliveries.plan();
    const { position, facts } = await ahead.read(batch, (ready) => planning.read(kept(ready)));
    const plan = planning.end();
    const write = async (tx: Transaction) => {
      // a tenant may have been deleted meanwhile
      const isAsPlanned = tables.deletedTenants.changes === changes;
      if (plan && isAsPlanned && (await database().deliveries.applyPlanned(tx, plan))) return;
      const apply = (some: readonly PositionedFact[]) => database().deliveries.apply(tx, some);
      reportSetAside(
        await database().writeOrSetAside.facts(tx, 'delivery-log', kept(facts()), apply),
        this.parts,
      );
    };
    return { position, write, traced: () => partsOfFacts(kept(facts()), tracedFacts) };
  }

  /** @param heldSinceMs when the first was stored of what is read and held back */
  private yieldTo(batch: readonly IncomingMessage[], heldSinceMs = Infinity): Promise<void> {
    const storedAtMs = batch[0]?.storedAtMs ?? Infinity;
    return this.yielding.turn(Math.min(storedAtMs, heldSinceMs), lagForMs(batch), this.stopped.signal);
  }

  private basics(name: Written) {
    const { nowMs, tracing } = this.parts;
    const logger = componentLogger(this.parts.logger, 'projections');
    return {
      name,
      store: { acquire: () => this.share.acquire(name) },
      signal: this.stopped.signal,
      tracing,
      onStored: (last: IncomingMessage, { messages, durationMs }: StoredBatch) => {
        const lagMs = Math.max(0, nowMs() - last.storedAtMs);
        logger.debug({ projection: name, position: last.seq, messages, durationMs, lagMs }, 'batch stored');
      },
      onLevel: () => this.onLevel(name),
      onTrouble: (message: string, error?: unknown) => logger.warn({ err: error }, message),
    };
  }
}
