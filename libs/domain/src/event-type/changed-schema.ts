import type { EventTypeSettings, FieldError } from '@postel/contracts';
import { schemaIncompatibilities } from './compatible-schema.js';
import { readSchema } from './read-schema.js';
import { validatorOf, validatorOfRead } from './compile-schema.js';

/**
 * Why a type's new schema may refuse what the last one accepted: one of the type's examples, or what the two schemas
 * say. Where there was no schema nothing was promised, but the examples.
 */
export function changedSchemaFaults(before: EventTypeSettings, after: EventTypeSettings): FieldError[] {
  if (!after.schema) return [];
  const validate = before.examples.length === 0 ? null : validatorOf(after.schema);
  const examples = before.examples.flatMap((example, index) =>
    (validate?.(example) ?? []).map(({ path, message }) => ({
      path: `schema${path && `.${path}`}`,
      code: 'example_refused',
      message: `refuses the example ${index} of before: data.object${path && `.${path}`} ${message}`,
    })),
  );
  if (!before.schema) return examples;
  const old = readSchema(before.schema, 'schema');
  const now = readSchema(after.schema, 'schema');
  if (!old.ok || !now.ok) return examples;
  return [...examples, ...schemaIncompatibilities(old.schema, now.schema, validatorOfRead)];
}
