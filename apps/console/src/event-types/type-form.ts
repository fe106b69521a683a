import type { components } from '@postel/client';

type EventType = components['schemas']['EventType'];
export type PutEventType = components['schemas']['PutEventType'];

/** As the form has it: JSON is text until it is read. */
export interface TypeForm {
  readonly name: string;
  readonly description: string;
  readonly deprecated: boolean;
  readonly schema: string;
  readonly examples: string;
}

export function formOf(type: EventType | undefined): TypeForm {
  return {
    name: type?.name ?? '',
    description: type?.description ?? '',
    deprecated: type?.deprecated ?? false,
    schema: type?.schema ? JSON.stringify(type.schema, null, 2) : '',
    examples: type && type.examples.length > 0 ? JSON.stringify(type.examples, null, 2) : '',
  };
}

export type Faults = Readonly<Partial<Record<keyof TypeForm, string>>>;

/** What is asked for; the versions stay what they are, for what is left out would be gone. */
export function bodyOf(
  form: TypeForm,
  versions: EventType['versions'],
): { readonly body: PutEventType } | { readonly faults: Faults } {
  const schema = readJson(form.schema, isObject, 'a JSON object');
  const examples = readJson(form.examples, isListOfObjects, 'a list of JSON objects: [{ … }]');
  const faults: Faults = {
    ...(form.name.trim() === '' ? { name: 'A name, such as order.created' } : {}),
    ...('fault' in schema ? { schema: schema.fault } : {}),
    ...('fault' in examples ? { examples: examples.fault } : {}),
  };
  if ('fault' in schema || 'fault' in examples || Object.keys(faults).length > 0) return { faults };
  const { description, deprecated } = form;
  return {
    body: { description, deprecated, schema: schema.value, examples: examples.value ?? [], versions },
  };
}

type Object = Record<string, unknown>;

function readJson<Value>(
  text: string,
  is: (value: unknown) => value is Value,
  wanted: string,
): { readonly value: Value | null } | { readonly fault: string } {
  if (text.trim() === '') return { value: null };
  try {
    const value: unknown = JSON.parse(text);
    return is(value) ? { value } : { fault: `This should be ${wanted}` };
  } catch (error) {
    return { fault: `This is no JSON: ${error instanceof Error ? error.message : 'it cannot be read'}` };
  }
}

function isObject(value: unknown): value is Object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOfObjects(value: unknown): value is Object[] {
  return Array.isArray(value) && value.every(isObject);
}
