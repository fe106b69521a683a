import type { ApiKeyState } from '@postel/contracts';
import type { ConfigTables, ConfigWriter } from '@postel/jetstream';
import type { Logger } from '@postel/telemetry';

export interface RecordKeyUseParts {
  readonly tables: Pick<ConfigTables, 'keyUsedAtMs'>;
  readonly writer: Pick<ConfigWriter, 'replaceKeyUse'>;
  readonly logger: Logger;
  readonly nowMs: () => number;
}

const everyMs = 60_000;

/**
 * When a key was used last, told at most once a minute and not waited for: it is for people who wonder whether a key is
 * still needed.
 */
export class RecordKeyUse {
  /** Told by this process, not yet seen in CONFIG. */
  private readonly underWay = new Set<string>();

  constructor(private readonly parts: RecordKeyUseParts) {}

  record({ id, tenant }: ApiKeyState): void {
    const { logger, nowMs, tables, writer } = this.parts;
    const atMs = nowMs();
    if (atMs - (tables.keyUsedAtMs(id) ?? 0) < everyMs || this.underWay.has(id)) return;
    this.underWay.add(id);
    writer
      .replaceKeyUse(tenant, id, { v: 1, fact: 'api_key.used', atMs })
      .catch((error: unknown) => logger.warn({ err: error, tenant, keyId: id }, 'a key’s use was not told'))
      // the tables follow a moment after the broker has it
      .finally(() => setTimeout(() => this.underWay.delete(id), 1_000).unref());
  }
}
