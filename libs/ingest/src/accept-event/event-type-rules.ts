import { maxDiscoveredTypes } from '@postel/contracts';
import { decideEventType, isInCatalogue, PayloadSchemas, type AcceptedEvent } from '@postel/domain';
import { RefusalError } from '@postel/http-api';
import { changeConfig, type ConfigTables, type ConfigWriter } from '@postel/jetstream';

export interface EventTypeRulesParts {
  readonly tables: ConfigTables;
  readonly writer: ConfigWriter;
  readonly nowMs: () => number;
}

const countAgainAfterMs = 10_000;

/**
 * What the catalogue says of an event at the HTTP door: its type is there, or comes in by this use; and its object fits
 * the type's schema. A known type without a schema costs a look into a table.
 */
export class EventTypeRules {
  private readonly schemas = new PayloadSchemas();
  private readonly underWay = new Map<string, Promise<void>>();
  private readonly fullUntilMs = new Map<string, number>();

  constructor(private readonly parts: EventTypeRulesParts) {}

  /**
   * @param actor who is said to have brought a new type in
   * @param evenIfStrict a new type comes in whatever the tenant says of its producers
   * @returns what has to be waited for, if anything
   * @throws {RefusalError}
   */
  admit(
    tenant: string,
    event: AcceptedEvent,
    actor: string,
    { evenIfStrict = false } = {},
  ): Promise<void> | undefined {
    if (this.fits(tenant, event)) return undefined;
    if (!evenIfStrict && this.isStrict(tenant)) return this.refuseIfStillUnknown(tenant, event);
    return this.addByUse(tenant, event.type, actor);
  }

  /** What {@link admit} says, and nothing is added. @throws {RefusalError} */
  judge(tenant: string, event: AcceptedEvent): void {
    if (!this.fits(tenant, event) && this.isStrict(tenant)) throw unknownType(event.type);
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

  /** Once for all that use it at this moment. Where the catalogue is full the event is taken, and its type left out. */
  private addByUse(tenant: string, name: string, actor: string): Promise<void> | undefined {
    if (this.isFull(tenant)) return undefined;
    const key = `${tenant} ${name}`;
    let adding = this.underWay.get(key);
    if (!adding) {
      adding = this.add(tenant, name, actor).finally(() => this.underWay.delete(key));
      this.underWay.set(key, adding);
    }
    return adding;
  }

  /** It may have been put into the catalogue through another process, and that answered, before this event came. */
  private async refuseIfStillUnknown(tenant: string, event: AcceptedEvent): Promise<void> {
    await this.parts.tables.catchUp();
    this.judge(tenant, event);
  }

  private isStrict(tenant: string): boolean {
    return this.parts.tables.table('tenant').get(tenant, tenant)?.state.strictEventTypes === true;
  }

  /** Counted now and then: each event of a type that is left out asks. */
  private isFull(tenant: string): boolean {
    const { nowMs, tables } = this.parts;
    if ((this.fullUntilMs.get(tenant) ?? 0) > nowMs()) return true;
    const types = tables.table('event-type').of(tenant);
    const isFull = types.filter(({ state }) => state.origin === 'discovered').length >= maxDiscoveredTypes;
    if (isFull) this.fullUntilMs.set(tenant, nowMs() + countAgainAfterMs);
    return isFull;
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
