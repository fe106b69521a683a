import { maxDiscoveredTypes } from '@postel/contracts';
import { decideEventType, isInCatalogue, PayloadSchemas, type AcceptedEvent } from '@postel/domain';
import { RefusalError } from '@postel/http-api';
import { changeConfig, type ConfigTables, type ConfigWriter } from '@postel/jetstream';

export interface EventTypeRulesParts {
  readonly tables: ConfigTables;
  readonly writer: ConfigWriter;
  readonly nowMs: () => number;
}

/**
 * What the catalogue says of an event at the HTTP door: its type is there, or comes in by this use; and its object fits
 * the type's schema. A known type without a schema costs a look into a table.
 */
export class EventTypeRules {
  private readonly schemas = new PayloadSchemas();
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(private readonly parts: EventTypeRulesParts) {}

  /**
   * @param actor who is said to have brought a new type in
   * @returns what has to be waited for, if anything
   * @throws {RefusalError}
   */
  admit(tenant: string, event: AcceptedEvent, actor: string): Promise<void> | undefined {
    return this.fits(tenant, event) ? undefined : this.addByUse(tenant, event.type, actor);
  }

  /** What {@link admit} says, and nothing is added. @throws {RefusalError} */
  judge(tenant: string, event: AcceptedEvent): void {
    if (!this.fits(tenant, event)) this.requireAddable(tenant, event.type);
  }

  /** @returns whether its type is there. @throws {RefusalError} for what is not as the schema says */
  private fits(tenant: string, event: AcceptedEvent): boolean {
    const type = this.parts.tables.table('event-type').get(tenant, event.type)?.state;
    const errors = this.schemas.faultsOf(type, event);
    if (errors.length > 0) {
      const detail = `data.object is not what the schema of ${event.type} says.`;
      throw new RefusalError({ code: 'schema_violation', detail, errors });
    }
    return isInCatalogue(event.type, type);
  }

  /** Once for all that use it at this moment. */
  private addByUse(tenant: string, name: string, actor: string): Promise<void> {
    const key = `${tenant} ${name}`;
    let adding = this.underWay.get(key);
    if (!adding) {
      this.requireAddable(tenant, name);
      adding = this.add(tenant, name, actor).finally(() => this.underWay.delete(key));
      this.underWay.set(key, adding);
    }
    return adding;
  }

  private requireAddable(tenant: string, name: string): void {
    const { tables } = this.parts;
    if (tables.table('tenant').get(tenant, tenant)?.state.strictEventTypes) throw unknownType(name);
    const types = tables.table('event-type').of(tenant);
    if (types.filter(({ state }) => state.origin === 'discovered').length < maxDiscoveredTypes) return;
    const detail = `${maxDiscoveredTypes} came in by use: put this one, or delete some.`;
    throw new RefusalError({ code: 'too_many_event_types', detail });
  }

  private async add(tenant: string, name: string, actor: string): Promise<void> {
    const { nowMs, tables, writer } = this.parts;
    const result = await changeConfig({
      tables,
      writer,
      kind: 'event-type',
      tenant,
      id: name,
      decide: (stored) => decideEventType({ kind: 'discover', tenant, name, actor, nowMs: nowMs() }, stored),
    });
    if (!result.ok) throw new RefusalError(result.refusal);
  }
}

function unknownType(name: string): RefusalError {
  const message = `${name} is not in the catalogue, and this tenant takes no others`;
  const errors = [{ path: 'type', code: 'unknown_event_type', message }];
  return new RefusalError({ code: 'unknown_event_type', detail: message, errors });
}
