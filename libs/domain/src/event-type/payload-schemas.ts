import type { EventTypeState, FieldError, JsonObject } from '@postel/contracts';
import type { AcceptedEvent } from '../event/accepted-event.js';
import { memberOf } from '../event/json-slices.js';
import { validatorOf, type Validator } from './compile-schema.js';

/** Holds events to the schemas of their types; each schema is compiled once, when it is first needed. */
export class PayloadSchemas {
  // by the schema itself: a changed type has another, and what nobody holds any more is forgotten
  private readonly validators = new WeakMap<JsonObject, Validator>();

  /**
   * @param type the event's type as CONFIG has it; one without a schema costs nothing
   * @returns the faults of `data.object`, with their paths in the event
   */
  faultsOf(type: EventTypeState | undefined, event: AcceptedEvent): readonly FieldError[] {
    if (!type?.schema || type.deleted) return [];
    const { buffer, byteOffset, byteLength } = event.envelope;
    const text = Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
    const object = memberOf(memberOf(text, 'data') ?? '{}', 'object') ?? 'null';
    return this.validatorFor(type.schema)(JSON.parse(object)).map(({ path, code, message }) => ({
      path: path === '' ? 'data.object' : `data.object.${path}`,
      code,
      message,
    }));
  }

  private validatorFor(schema: JsonObject): Validator {
    const known = this.validators.get(schema);
    if (known) return known;
    const made = validatorOf(schema);
    this.validators.set(schema, made);
    return made;
  }
}
