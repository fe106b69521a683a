import type { FieldError, JsonObject } from '@postel/contracts';
import type { ErrorObject, Format, Options } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { LinearPattern } from './linear-pattern.js';
import { isMultipleOf } from './multiple-of.js';
import { readSchema, type Schema } from './read-schema.js';
import { countingSteps, metered, Steps, TooManySteps } from './schema-steps.js';

/** What of a value is not as the schema says; empty when it fits. */
export type Validator = (value: unknown) => readonly FieldError[];

export type SchemaCompilation =
  | { readonly ok: true; readonly schema: Schema; readonly validate: Validator }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

/** Of the faults of one event so many are told. */
const maxFaults = 20;
/** What may be asked of one value: some 0.2 s. Most values take a thousandth of it. */
const maxSteps = 3_000_000;
/** What looking for all faults may take: Ajv keeps every one until it is through. */
const maxStepsForAllFaults = 100_000;
const maxPathLength = 200;
/** No date, address or number is longer, and what checks them need not be patient. */
const maxFormattedLength = 4_096;

/**
 * Makes of a JSON Schema (draft 2020-12) what checks values. Each gets an Ajv of its own: schemas of strangers must not
 * see each other. Strict: an unknown keyword or format is a fault, as it is most often a misspelt one. `format` is
 * enforced. Nothing is coerced, nothing filled in, nothing removed; only a value's own properties count.
 * @param path where the schema stands in the request
 */
export function compileSchema(given: JsonObject, path: string): SchemaCompilation {
  const read = readSchema(given, path);
  if (!read.ok) return read;
  const { schema } = read;
  try {
    if (!metaSchema.validateSchema(schema)) {
      return { ok: false, errors: (metaSchema.errors ?? []).slice(0, maxFaults).map(ofSchema(path)) };
    }
    return { ok: true, schema, validate: validatorOfRead(schema) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, errors: [{ path, code: 'invalid_schema', message: message.slice(0, 1_000) }] };
  }
}

/** What {@link compileSchema} has found good before. */
export function validatorOf(given: JsonObject): Validator {
  const read = readSchema(given, 'schema');
  if (!read.ok) throw new Error(`not a schema that was accepted: ${read.errors[0]?.message}`);
  return validatorOfRead(read.schema);
}

/**
 * Of a schema with its references in place, and good. A value is checked up to its first fault; only then, and only where
 * there are not too many places for them, all faults are looked for.
 */
export function validatorOfRead(schema: Schema): Validator {
  const find = finderOf(schema, { allErrors: false, maxSteps });
  let findAll: Finder | undefined;
  return (value) => {
    const first = find(value);
    if (first === 'too many steps') return [tooCostly];
    if (first.length === 0) return [];
    findAll ??= finderOf(schema, { allErrors: true, maxSteps: maxStepsForAllFaults });
    const all = findAll(value);
    return (all === 'too many steps' ? first : all).slice(0, maxFaults).map(fieldErrorOf);
  };
}

const tooCostly: FieldError = {
  path: '',
  code: 'too_costly',
  message: `takes more than ${maxSteps / 1_000_000} million steps to check: it is too large for this schema`,
};

type Finder = (value: unknown) => readonly ErrorObject[] | 'too many steps';

function finderOf(
  schema: Schema,
  options: { readonly allErrors: boolean; readonly maxSteps: number },
): Finder {
  const steps = new Steps();
  const validate = ajvFor(steps, options).compile(metered(schema));
  return (value) => {
    steps.grant(options.maxSteps);
    try {
      return validate(value) ? [] : (validate.errors ?? []);
    } catch (error) {
      if (error instanceof TooManySteps) return 'too many steps';
      throw error;
    }
  };
}

function ajvFor(steps: Steps, { allErrors }: { readonly allErrors: boolean }): Ajv2020 {
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    allErrors,
    ownProperties: true,
    logger: false,
    meta: false,
    validateSchema: false,
    // what it would make a little faster costs several times what compiling does, and stands still for that long
    code: { regExp: linearEngine(steps), optimize: false },
  });
  for (const [name, definition] of Object.entries(fullFormats)) {
    if (!skippedFormats.has(name)) ajv.addFormat(name, bounded(definition));
  }
  ajv.addKeyword('example'); // OpenAPI's, which says nothing
  ajv.addKeyword(countingSteps(steps));
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    ...uniqueItems(steps),
  });
  ajv.removeKeyword('multipleOf');
  ajv.addKeyword({ keyword: 'multipleOf', type: 'number', schemaType: 'number', ...multipleOf });
  return ajv;
}

/** Compiled once: checking a schema against that of draft 2020-12. */
const metaSchema = new Ajv2020({ allErrors: true, logger: false });

function ofSchema(path: string): (error: ErrorObject) => FieldError {
  return (error) => {
    const { path: inside, code, message } = fieldErrorOf(error);
    return { path: inside === '' ? path : `${path}.${inside}`, code, message };
  };
}

type CodeOptions = NonNullable<Options['code']>;

function linearEngine(steps: Steps): NonNullable<CodeOptions['regExp']> {
  return Object.assign((pattern: string) => new LinearPattern(pattern, steps.take), {
    // only for code that is written to a file
    code: 'new LinearPattern',
  });
}

// those that are no formats of text that ends, or whose check is a pattern that may stand still
const skippedFormats = new Set(['regex', 'binary', 'password', 'uri-template', 'url']);

/** Texts that are too long are of no format; numbers are checked as they are. */
function bounded(definition: Format): Format {
  if (typeof definition === 'object' && 'type' in definition && definition.type === 'number')
    return definition;
  return { validate: (text: string) => text.length <= maxFormattedLength && matches(definition, text) };
}

function matches(definition: Format, text: string): boolean {
  if (definition instanceof RegExp) return definition.test(text);
  if (typeof definition === 'function') return definition(text) === true;
  if (typeof definition !== 'object') return true;
  const { validate } = definition as { validate: unknown };
  if (validate instanceof RegExp) return validate.test(text);
  return typeof validate !== 'function' || (validate as (value: string) => unknown)(text) === true;
}

/** Beside its letters. */
const stepsOfItem = 16;
/** Ajv compares every item with every other: 100,000 of them would take hours. */
function uniqueItems(steps: Steps) {
  return {
    validate: (mustBeUnique: boolean, items: readonly unknown[]): boolean => {
      if (!mustBeUnique) return true;
      const texts = items.map(canonical);
      steps.take(texts.reduce((sum, text) => sum + stepsOfItem + text.length, 0));
      return new Set(texts).size === items.length;
    },
    error: { message: 'must not have the same item twice' },
  };
}

/** Ajv divides, and by that 0.07 is no multiple of 0.01. */
const multipleOf = {
  validate: (of: number, value: number): boolean => isMultipleOf(value, of),
  error: { message: ({ schema }: { schema: unknown }) => `must be multiple of ${String(schema)}` },
};

/** The same text for equal values, whatever the order of their keys. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  const members = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`);
  return `{${members.sort().join(',')}}`;
}

function fieldErrorOf({ instancePath, keyword, message, params }: ErrorObject): FieldError {
  const named = params as {
    missingProperty?: string;
    additionalProperty?: string;
    unevaluatedProperty?: string;
  };
  const more = named.missingProperty ?? named.additionalProperty ?? named.unevaluatedProperty;
  const parts = instancePath.split('/').slice(1).map(unescaped);
  if (more !== undefined) parts.push(more);
  return {
    path: parts.join('.').slice(0, maxPathLength),
    code: keyword,
    message: `${message ?? 'does not fit'}${allowed(params)}`.slice(0, 500),
  };
}

function allowed({ allowedValues }: { allowedValues?: unknown }): string {
  return Array.isArray(allowedValues)
    ? `: ${allowedValues.map((value) => JSON.stringify(value)).join(', ')}`
    : '';
}

function unescaped(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
