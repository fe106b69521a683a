import type { FieldError, JsonObject } from '@postel/contracts';
import { LinearPattern } from './linear-pattern.js';
import { PatternError } from './pattern-syntax.js';

/** A schema whose references are in place: it stands for itself. */
export type Schema = boolean | JsonObject;

export type SchemaReading =
  | { readonly ok: true; readonly schema: Schema }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

const maxBytes = 64 * 1024;
const maxDepth = 64;
/** Subschemas, each counted as often as references bring it in: what one value costs at most. */
const maxSubschemas = 1_000;
const maxEnumValues = 500;
const maxPatternProperties = 50;
const maxFaults = 20;

const draft = /^https?:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/;
/** Where a schema holds further ones: one, an array of them, an object of them. */
export const subschemaKeywords = {
  single: new Set([
    'items',
    'additionalProperties',
    'contains',
    'not',
    'if',
    'then',
    'else',
    'propertyNames',
    'unevaluatedItems',
    'unevaluatedProperties',
  ]),
  lists: new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']),
  maps: new Set(['properties', 'patternProperties', 'dependentSchemas']),
};
const { single, lists, maps } = subschemaKeywords;
const dropped = new Set(['$defs', 'definitions', '$schema', '$id', '$comment', '$ref']);
const unsupported = new Map([
  ['__proto__', 'it is no keyword, and no name for a property'],
  ['postelSteps', 'it is no keyword'],
  ['$anchor', 'refer to #/$defs/… instead'],
  ['$dynamicRef', 'only $ref to a place in this schema is supported'],
  ['$dynamicAnchor', 'only $ref to a place in this schema is supported'],
  ['$recursiveRef', 'only $ref to a place in this schema is supported'],
  ['$recursiveAnchor', 'only $ref to a place in this schema is supported'],
  ['$vocabulary', 'the vocabulary is that of draft 2020-12'],
  ['$async', 'a schema has nothing to wait for'],
  ['$data', 'values of a schema are constants'],
  ['additionalItems', 'in draft 2020-12 it is items, beside prefixItems'],
  ['dependencies', 'in draft 2020-12 it is dependentRequired or dependentSchemas'],
  ['nullable', 'in JSON Schema it is "type": ["…", "null"]'],
  ['discriminator', 'use oneOf with a const in each'],
]);

/**
 * Reads a JSON Schema that a stranger may have written: bounded in size, depth and in what checking a value costs, every
 * reference put in place, and every pattern one that runs in linear time. What it means otherwise is for Ajv to say.
 * @param path where the schema stands in the request
 */
export function readSchema(root: JsonObject, path: string): SchemaReading {
  if (isDeeper(root, maxDepth)) {
    return { ok: false, errors: [fault(path, 'nested_too_deeply', `at most ${maxDepth} deep`)] };
  }
  if (Buffer.byteLength(JSON.stringify(root)) > maxBytes) {
    return { ok: false, errors: [fault(path, 'too_large', `at most ${maxBytes} bytes`)] };
  }
  const reader = new SchemaReader(root);
  const schema = reader.read(root, path, []);
  return reader.faults.length > 0 ? { ok: false, errors: reader.faults } : { ok: true, schema };
}

/** Objects and arrays in each other; the outermost counts as one. */
export function isDeeper(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return limit === 0 || Object.values(value).some((inner) => isDeeper(inner, limit - 1));
}

class SchemaReader {
  readonly faults: FieldError[] = [];
  private subschemas = 0;
  private patternProperties = 0;

  constructor(private readonly root: JsonObject) {}

  read(node: unknown, path: string, refs: readonly string[]): Schema {
    if (++this.subschemas > maxSubschemas) {
      const message = `at most ${maxSubschemas} subschemas, each counted as often as it is referred to`;
      if (this.subschemas === maxSubschemas + 1) this.note(path, 'too_large', message);
      return true;
    }
    if (typeof node === 'boolean') return node;
    if (!isObject(node)) return this.note(path, 'invalid_type', 'a schema is an object, true or false');
    this.check(node, path, refs.length === 0 && node === this.root);
    const kept = Object.entries(node).filter(([keyword]) => !dropped.has(keyword));
    // a member __proto__ stays one
    const read = Object.fromEntries(
      kept.map(([keyword, value]) => [keyword, this.readKeyword(keyword, value, `${path}.${keyword}`, refs)]),
    );
    return node['$ref'] === undefined ? read : this.withReference(read, node['$ref'], `${path}.$ref`, refs);
  }

  private readKeyword(keyword: string, value: unknown, path: string, refs: readonly string[]): unknown {
    if (single.has(keyword)) return this.read(value, path, refs);
    if (lists.has(keyword)) {
      if (!Array.isArray(value)) return this.note(path, 'invalid_type', 'an array of schemas');
      return value.map((item, index) => this.read(item, `${path}.${index}`, refs));
    }
    if (!maps.has(keyword)) return value;
    if (!isObject(value)) return this.note(path, 'invalid_type', 'an object of schemas');
    const entries = Object.entries(value);
    if (Object.hasOwn(value, '__proto__')) {
      this.note(path, 'unsupported_keyword', '__proto__ is no name for a property');
    }
    if (keyword === 'patternProperties') this.checkPatternProperties(entries, path);
    return Object.fromEntries(entries.map(([key, item]) => [key, this.read(item, `${path}.${key}`, refs)]));
  }

  private withReference(read: JsonObject, ref: unknown, path: string, refs: readonly string[]): Schema {
    if (typeof ref !== 'string' || !/^#(\/|$)/.test(ref)) {
      return this.note(path, 'remote_reference', 'a $ref points into this schema: #/$defs/…');
    }
    if (ref === '#' || refs.includes(ref)) {
      return this.note(path, 'recursive_reference', 'a schema that refers to itself is not supported');
    }
    const target = this.resolve(ref);
    if (target === undefined) return this.note(path, 'missing_reference', `there is nothing at ${ref}`);
    const referred = this.read(target, path, [...refs, ref]);
    if (Object.keys(read).length === 0) return referred;
    const also: unknown = read['allOf'];
    return { ...read, allOf: [...(Array.isArray(also) ? (also as Schema[]) : []), referred] };
  }

  private resolve(ref: string): unknown {
    let at: unknown = this.root;
    for (const part of ref.slice(2).split('/')) {
      const key = decoded(part);
      if (key === null || typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
      at = (at as Record<string, unknown>)[key];
    }
    return at;
  }

  private check(node: JsonObject, path: string, isRoot: boolean): void {
    for (const [keyword, reason] of unsupported) {
      if (Object.hasOwn(node, keyword)) this.note(`${path}.${keyword}`, 'unsupported_keyword', reason);
    }
    if (Object.hasOwn(node, '$id') && !isRoot) {
      this.note(`${path}.$id`, 'unsupported_keyword', 'only the whole schema may have one');
    }
    const { $schema, pattern } = node;
    if ($schema !== undefined && !(typeof $schema === 'string' && draft.test($schema))) {
      this.note(`${path}.$schema`, 'unsupported_draft', 'draft 2020-12 is the one that is supported');
    }
    if (typeof pattern === 'string') this.checkPattern(pattern, `${path}.pattern`);
    if (Array.isArray(node['enum']) && node['enum'].length > maxEnumValues) {
      this.note(`${path}.enum`, 'too_large', `at most ${maxEnumValues} values`);
    }
  }

  private checkPatternProperties(entries: readonly [string, unknown][], path: string): void {
    this.patternProperties += entries.length;
    if (this.patternProperties > maxPatternProperties) {
      this.note(path, 'too_large', `at most ${maxPatternProperties} patterns of property names`);
    }
    for (const [pattern] of entries) this.checkPattern(pattern, `${path}.${pattern}`);
  }

  private checkPattern(pattern: string, path: string): void {
    try {
      new LinearPattern(pattern);
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      this.note(path, 'unsupported_pattern', error.message);
    }
  }

  private note(path: string, code: string, message: string): true {
    if (this.faults.length < maxFaults) this.faults.push(fault(path, code, message));
    return true;
  }
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fault(path: string, code: string, message: string): FieldError {
  return { path, code, message };
}
