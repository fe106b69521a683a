import type { FieldError, JsonObject } from '@postel/contracts';
import type { Schema } from './read-schema.js';

export const jsonTypes = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'] as const;
export type JsonType = (typeof jsonTypes)[number];

/** Keywords that say nothing about which values are accepted. */
const annotations = new Set([
  'title',
  'description',
  'default',
  'example',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  '$comment',
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
]);

/** The schemas that all hold for one value. */
export type Conjunction = readonly Schema[];

/** How the parts of two schemas are compared. */
export interface Comparison {
  /** Why `after` may refuse what holds for all of `before`. */
  compare(before: Conjunction, after: Schema, path: string): FieldError[];
  /** Whether a pattern of names is found in a name. @throws {TooManySteps} when that takes too much in all */
  matches(pattern: string, name: string): boolean;
}

/** A schema without what says nothing, itself when it has nothing of that; `true` when nothing is left. */
export function bare(schema: Schema): Schema {
  if (typeof schema === 'boolean') return schema;
  const keywords = Object.keys(schema);
  const telling = keywords.filter((keyword) => !annotations.has(keyword));
  if (telling.length === 0) return true;
  if (telling.length === keywords.length) return schema;
  return Object.fromEntries(telling.map((keyword) => [keyword, schema[keyword]]));
}

/** The same conjunction with every `allOf` taken apart. @param bareOf {@link bare}, or what remembers it */
export function flattened(schemas: Conjunction, bareOf = bare): Schema[] {
  return schemas.flatMap((schema) => {
    const given = bareOf(schema);
    if (typeof given === 'boolean') return given ? [] : [false];
    const { allOf, ...rest } = given;
    if (!Array.isArray(allOf)) return [given];
    const own = bareOf(rest);
    return [...(own === true ? [] : [own]), ...flattened(allOf as Schema[], bareOf)];
  });
}

export function objectsOf(schemas: Conjunction): JsonObject[] {
  return schemas.filter((schema): schema is JsonObject => typeof schema === 'object');
}

/** The types that a value of all these schemas can have; `number` contains `integer`. */
export function typesOf(schemas: Conjunction): ReadonlySet<JsonType> {
  let types = new Set<JsonType>(jsonTypes);
  for (const schema of objectsOf(schemas)) {
    const own = ownTypes(schema);
    if (own) types = new Set([...types].filter((type) => own.has(type)));
  }
  return schemas.includes(false) ? new Set() : types;
}

function ownTypes(schema: JsonObject): ReadonlySet<JsonType> | null {
  const values = finiteValues(schema);
  if (values) return new Set(values.flatMap(typeOfValue));
  const { type } = schema;
  if (type === undefined) return null;
  const listed = new Set((Array.isArray(type) ? type : [type]) as JsonType[]);
  if (listed.has('number')) listed.add('integer');
  return listed;
}

function typeOfValue(value: unknown): JsonType[] {
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  if (typeof value === 'number') return Number.isInteger(value) ? ['integer', 'number'] : ['number'];
  return [typeof value as 'boolean' | 'string' | 'object'];
}

/** The values of an `enum` or a `const`, or `null` when there may be any number. */
export function finiteValues(schema: JsonObject): readonly unknown[] | null {
  if (Object.hasOwn(schema, 'const')) return [schema['const']];
  return Array.isArray(schema['enum']) ? (schema['enum'] as unknown[]) : null;
}

/** The tightest of a bound, such as the largest `minimum`; `undefined` when none of the schemas has one. */
export function tightest(
  schemas: Conjunction,
  keyword: string,
  tighter: (...values: number[]) => number,
): number | undefined {
  const values = objectsOf(schemas)
    .map((schema) => schema[keyword])
    .filter((value): value is number => typeof value === 'number');
  return values.length === 0 ? undefined : tighter(...values);
}

export function membersOf(schema: JsonObject, keyword: string): JsonObject {
  return (schema[keyword] ?? {}) as JsonObject;
}

export function stringsOf(schema: JsonObject, keyword: string): readonly string[] {
  return (schema[keyword] ?? []) as string[];
}
