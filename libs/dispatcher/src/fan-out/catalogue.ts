import { isBuiltInVersion, maxDiscoveredTypes, type ApiVersion, type ErrorCode } from '@postel/contracts';
import {
  apiVersionFor,
  decideEventType,
  isInCatalogue,
  PayloadSchemas,
  type AcceptedEvent,
} from '@postel/domain';
import { changeConfig, type ConfigTables, type ConfigWriter } from '@postel/jetstream';
import type { Logger } from '@postel/telemetry';

export interface CatalogueParts {
  readonly tables: ConfigTables;
  readonly writer: ConfigWriter;
  readonly logger: Logger;
  readonly nowMs: () => number;
}

export interface CatalogueFault {
  readonly code: ErrorCode;
  readonly message: string;
  readonly path: string;
}

/** A type that could not be added is tried again after this long. */
const tryAgainAfterMs = 60_000;
const maxTried = 10_000;

/** What a tenant's catalogue of event types says of an event at the fan-out. */
export class Catalogue {
  private readonly schemas = new PayloadSchemas();
  /** When a type was last to be added, so that a flood of it asks once. */
  private readonly triedAtMs = new Map<string, number>();

  constructor(private readonly parts: CatalogueParts) {}

  /**
   * Of an event that came over NATS: why it is refused, if it is. A new type of a tenant that takes all comes into the
   * catalogue; nobody waits for that.
   */
  faultOf(tenant: string, event: AcceptedEvent): CatalogueFault | null {
    const { tables } = this.parts;
    const type = tables.table('event-type').get(tenant, event.type)?.state;
    if (!isInCatalogue(event.type, type)) {
      if (tables.table('tenant').get(tenant, tenant)?.state.strictEventTypes) return unknownType(event.type);
      this.addByUse(tenant, event.type);
    }
    const [first] = this.schemas.faultsOf(type, event);
    if (!first) return null;
    return { code: 'schema_violation', message: `${first.path} ${first.message}`, path: first.path };
  }

  /** The version of a delivery: a platform's own with its present revision, the default where the type has none. */
  versionOf(tenant: string, typeName: string, wanted: string): ApiVersion {
    if (isBuiltInVersion(wanted)) return wanted; // most of them: no look into a table
    return apiVersionFor(this.parts.tables.table('event-type').get(tenant, typeName), wanted);
  }

  private addByUse(tenant: string, name: string): void {
    const { logger, nowMs, tables } = this.parts;
    const key = `${tenant} ${name}`;
    if (nowMs() - (this.triedAtMs.get(key) ?? -Infinity) < tryAgainAfterMs) return;
    if (this.triedAtMs.size >= maxTried) this.triedAtMs.clear();
    this.triedAtMs.set(key, nowMs());
    const used = tables
      .table('event-type')
      .of(tenant)
      .filter(({ state }) => state.origin === 'discovered');
    if (used.length >= maxDiscoveredTypes) {
      logger.warn({ tenant, type: name }, 'too many event types came in by use: this one is left out');
      return;
    }
    this.add(tenant, name).catch((error: unknown) => {
      logger.warn({ err: error, tenant, type: name }, 'an event type could not be added to the catalogue');
    });
  }

  private async add(tenant: string, name: string): Promise<void> {
    const { nowMs, tables, writer } = this.parts;
    const about = { kind: 'discover', tenant, name, actor: 'dispatcher' } as const;
    const decide = (stored: Parameters<typeof decideEventType>[1]) =>
      decideEventType({ ...about, nowMs: nowMs() }, stored);
    await changeConfig({ tables, writer, kind: 'event-type', tenant, id: name, decide });
    this.triedAtMs.delete(`${tenant} ${name}`);
  }
}

function unknownType(name: string): CatalogueFault {
  const message = `${name} is not in the catalogue, and this tenant takes no others`;
  return { code: 'unknown_event_type', message, path: 'type' };
}
