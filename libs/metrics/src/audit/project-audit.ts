import { configFilter, defaultTenant, projectionFilters, type StreamName } from '@postel/contracts';
import { positionedFacts, runProjection, type IncomingMessage } from '@postel/jetstream';
import type { NewAuditEntry } from '@postel/postgres';
import { Upkeep } from '@postel/telemetry';
import type { MetricsParts } from '../parts.js';
import { entryOfConfig, entryOfFact } from './audit-entries.js';

/** Newest notes that CONFIG keeps, of all tenants: portal tokens may be made by the million. */
const notesKept = 100_000;

/** Who did what, from LOG and from CONFIG into one table; each stream with its own position. */
export class ProjectAudit {
  private readonly stopped = new AbortController();
  private running: Promise<unknown> = Promise.resolve();

  private readonly upkeep: Upkeep;

  constructor(private readonly parts: MetricsParts) {
    const { broker, logger, nowMs } = parts;
    this.upkeep = new Upkeep({
      name: 'fold-audit-notes',
      everyMs: 3_600_000,
      // the table has them by now, for longer
      work: async () => {
        await broker.jsm.streams.purge('CONFIG', { filter: configFilter('audit'), keep: notesKept });
      },
      trouble: 'notes for the audit stay in CONFIG for now',
      logger,
      nowMs,
    });
  }

  start(): void {
    this.upkeep.start();
    this.running = Promise.all([
      this.project('audit-log', 'LOG', (batch) =>
        positionedFacts(batch).flatMap((positioned) => entryOfFact(positioned) ?? []),
      ),
      this.project('audit-config', 'CONFIG', (batch) =>
        batch.flatMap((message) => entryOfConfig(message, defaultTenant) ?? []),
      ),
    ]);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await Promise.all([this.running, this.upkeep.stop()]);
  }

  private project(
    name: 'audit-log' | 'audit-config',
    stream: StreamName,
    entriesOf: (batch: readonly IncomingMessage[]) => readonly NewAuditEntry[],
  ): Promise<void> {
    const { broker, database, logger, tables } = this.parts;
    return runProjection(broker, {
      name,
      stream,
      filters: projectionFilters[name],
      store: { acquire: (wanted) => database().projections.acquire(wanted) },
      signal: this.stopped.signal,
      prepare: (batch) => ({
        write: (tx) =>
          database().audit.apply(
            tx,
            entriesOf(batch).filter(({ tenant, atMs }) => !tables.deletedTenants.isErased(tenant, atMs)),
          ),
      }),
      onTrouble: (message, error) => logger.warn({ err: error }, message),
    });
  }
}
