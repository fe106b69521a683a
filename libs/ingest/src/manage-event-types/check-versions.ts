import {
  currentApiVersion,
  type DeclaredVersion,
  type EventTypeSettings,
  type FieldError,
  type JsonObject,
  type Refusal,
} from '@postel/contracts';
import { compileSchema } from '@postel/domain';
import type { TransformResult, TransformRunner } from '@postel/payload-versions';

/**
 * Why the payload versions that a type declares cannot be: each is tried on every example, must yield an object, and one
 * that fits its schema where it has one. Expects schemas that are good.
 */
export async function versionsRefusal(
  { tenant, name }: { readonly tenant: string; readonly name: string },
  settings: EventTypeSettings,
  transforms: Pick<TransformRunner, 'run'>,
): Promise<Refusal | null> {
  if (settings.versions.length === 0) return null;
  if (settings.examples.length === 0) {
    const message = 'a payload version is tried on the examples before it is taken: at least one is needed';
    return { code: 'invalid_transform', errors: [{ path: 'examples', code: 'example_needed', message }] };
  }
  const errors: FieldError[] = [];
  for (const [index, version] of settings.versions.entries()) {
    for (const [number, example] of settings.examples.entries()) {
      const made = await transforms.run({
        tenant,
        transform: version.transform,
        event: exampleEvent(name, example),
      });
      const faults = faultsOf(version, made);
      const path = `versions.${index}`;
      const ofExample = `with the example ${number}: `;
      errors.push(
        ...faults.map((each) => ({ ...each, path: path + each.path, message: ofExample + each.message })),
      );
      if (faults.length > 0) break; // the others would say the same
    }
  }
  return errors.length === 0 ? null : { code: 'invalid_transform', errors };
}

/** The event as receivers of the default version would get it. */
export function exampleEvent(type: string, object: JsonObject): string {
  return JSON.stringify({
    id: 'evt_example',
    type,
    created: 1_702_987_200,
    apiVersion: currentApiVersion,
    data: { object },
  });
}

function faultsOf(version: DeclaredVersion, result: TransformResult): FieldError[] {
  if (!result.ok) return [{ path: '.transform', code: result.code, message: result.message }];
  if (!version.schema) return [];
  const compiled = compileSchema(version.schema, 'schema');
  if (!compiled.ok) return [];
  return compiled.validate(JSON.parse(result.body)).map(({ path, code, message }) => ({
    path: '.schema',
    code,
    message: `${path || 'the body'} ${message}`,
  }));
}
