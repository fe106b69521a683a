import type { EventTypeSettings, FieldError, Refusal } from '@postel/contracts';
import { compileSchema, isDeeper, type Validator } from '@postel/domain';

const maxExampleBytes = 64 * 1024;
const maxExampleDepth = 100;
const anythingGoes: Validator = () => [];

/** Why these settings cannot be: the schemas by themselves, and the examples against the type's own. */
export function settingsRefusal(settings: EventTypeSettings): Refusal | null {
  const shape = exampleFaults(settings);
  if (shape.length > 0) return { code: 'invalid_request', errors: shape };
  const own = settings.schema && compileSchema(settings.schema, 'schema');
  const ofVersions = settings.versions.map(({ schema }, index) =>
    schema ? compileSchema(schema, `versions.${index}.schema`) : null,
  );
  const errors = [own, ...ofVersions].flatMap((compiled) =>
    compiled && !compiled.ok ? compiled.errors : [],
  );
  if (errors.length > 0) return { code: 'invalid_schema', errors };
  const validate = own?.ok ? own.validate : anythingGoes;
  const refused = settings.examples.flatMap((example, index) =>
    validate(example).map(({ path, code, message }) => ({ path: placeOf(index, path), code, message })),
  );
  if (refused.length === 0) return null;
  return { code: 'schema_violation', detail: 'An example does not fit the schema.', errors: refused };
}

function exampleFaults({ examples }: EventTypeSettings): FieldError[] {
  return examples.flatMap((example, index) => {
    const path = placeOf(index, '');
    if (isDeeper(example, maxExampleDepth)) {
      return [{ path, code: 'nested_too_deeply', message: `at most ${maxExampleDepth} deep` }];
    }
    if (Buffer.byteLength(JSON.stringify(example)) > maxExampleBytes) {
      return [{ path, code: 'too_large', message: `at most ${maxExampleBytes} bytes` }];
    }
    return [];
  });
}

function placeOf(index: number, path: string): string {
  return path === '' ? `examples.${index}` : `examples.${index}.${path}`;
}
