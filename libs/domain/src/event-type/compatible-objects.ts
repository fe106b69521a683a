import type { FieldError, JsonObject } from '@postel/contracts';
import { canonical } from './compile-schema.js';
import type { Schema } from './read-schema.js';
import {
  membersOf,
  objectsOf,
  stringsOf,
  tightest,
  type Comparison,
  type Conjunction,
} from './schema-facets.js';

/** What became narrower for objects. */
export function objectFaults(
  old: Conjunction,
  after: JsonObject,
  path: string,
  comparison: Comparison,
): FieldError[] {
  return [
    ...requiredFaults(old, after, path),
    ...sizeFaults(old, after, path),
    ...propertyFaults(old, after, path, comparison),
    ...patternFaults(old, after, path, comparison),
    ...additionalFaults(old, after, path, comparison),
    ...undecidedFaults(old, after, path),
  ];
}

function requiredOf(old: Conjunction): Set<string> {
  return new Set(objectsOf(old).flatMap((schema) => stringsOf(schema, 'required')));
}

function requiredFaults(old: Conjunction, after: JsonObject, path: string): FieldError[] {
  const before = requiredOf(old);
  return stringsOf(after, 'required')
    .filter((name) => !before.has(name))
    .map((name) => ({
      path: `${path}.properties.${name}`,
      code: 'property_required',
      message: 'it may not be left out any more',
    }));
}

function sizeFaults(old: Conjunction, after: JsonObject, path: string): FieldError[] {
  const faults: FieldError[] = [];
  const { minProperties, maxProperties } = after as Record<string, number>;
  const least = Math.max(tightest(old, 'minProperties', Math.max) ?? 0, requiredOf(old).size);
  if (minProperties !== undefined && minProperties > least) {
    faults.push({ path, code: 'length_narrowed', message: `at least ${minProperties} properties now` });
  }
  if (maxProperties !== undefined && maxProperties < (tightest(old, 'maxProperties', Math.min) ?? Infinity)) {
    faults.push({ path, code: 'length_narrowed', message: `at most ${maxProperties} properties now` });
  }
  return faults;
}

function propertyFaults(
  old: Conjunction,
  after: JsonObject,
  path: string,
  comparison: Comparison,
): FieldError[] {
  return Object.entries(membersOf(after, 'properties')).flatMap(([name, schema]) =>
    comparison.compare(propertyIn(old, name, comparison), schema as Schema, `${path}.properties.${name}`),
  );
}

/** A pattern of names that is new concerns names that were known, and those that were not. */
function patternFaults(
  old: Conjunction,
  after: JsonObject,
  path: string,
  comparison: Comparison,
): FieldError[] {
  return Object.entries(membersOf(after, 'patternProperties')).flatMap(([pattern, schema]) => {
    const place = `${path}.patternProperties.${pattern}`;
    const known = knownNames(old).filter((name) => comparison.matches(pattern, name));
    return [
      ...known.flatMap((name) =>
        comparison.compare(propertyIn(old, name, comparison), schema as Schema, place),
      ),
      ...unknownNames(old, pattern).flatMap((each) => comparison.compare(each, schema as Schema, place)),
    ];
  });
}

/** Names that neither `properties` nor `patternProperties` mention. */
function additionalFaults(
  old: Conjunction,
  after: JsonObject,
  path: string,
  comparison: Comparison,
): FieldError[] {
  const additional = after['additionalProperties'] as Schema | undefined;
  if (additional === undefined || additional === true) return [];
  const patterns = Object.keys(membersOf(after, 'patternProperties'));
  const isMentioned = (name: string) =>
    Object.hasOwn(membersOf(after, 'properties'), name) ||
    patterns.some((pattern) => comparison.matches(pattern, name));
  const named = knownNames(old)
    .filter((name) => !isMentioned(name))
    .flatMap((name) =>
      comparison.compare(propertyIn(old, name, comparison), additional, `${path}.properties.${name}`),
    );
  const unknown = unknownNames(old, undefined, patterns).flatMap((each) =>
    comparison.compare(each, additional, `${path}.additionalProperties`),
  );
  return [...named, ...unknown];
}

function undecidedFaults(old: Conjunction, after: JsonObject, path: string): FieldError[] {
  const required = requiredOf(old);
  const faults: FieldError[] = [];
  for (const name of Object.keys(membersOf(after, 'dependentRequired'))) {
    const needed = stringsOf(membersOf(after, 'dependentRequired'), name);
    const before = objectsOf(old).flatMap((schema) =>
      stringsOf(membersOf(schema, 'dependentRequired'), name),
    );
    const more = needed.filter((each) => !required.has(each) && !before.includes(each));
    if (more.length > 0) {
      const message = `${more.join(', ')} may not be left out any more where ${name} is`;
      faults.push({ path, code: 'property_required', message });
    }
  }
  for (const keyword of ['propertyNames', 'dependentSchemas', 'unevaluatedProperties'] as const) {
    const wanted = after[keyword];
    if (wanted === undefined || wanted === true) continue;
    // what is evaluated depends on everything beside it: only equal schemas are the same, and those were seen before
    const isSame =
      keyword !== 'unevaluatedProperties' &&
      objectsOf(old).some((schema) => canonical(schema[keyword]) === canonical(wanted));
    if (!isSame) faults.push({ path, code: 'undecided', message: `a changed ${keyword} is not compared` });
  }
  return faults;
}

function knownNames(old: Conjunction): string[] {
  return [...new Set(objectsOf(old).flatMap((schema) => Object.keys(membersOf(schema, 'properties'))))];
}

/** All that holds for one property. */
function propertyIn(old: Conjunction, name: string, comparison: Comparison): Schema[] {
  return objectsOf(old).flatMap((schema) => {
    const own = membersOf(schema, 'properties');
    const patterns = Object.entries(membersOf(schema, 'patternProperties')).filter(([pattern]) =>
      comparison.matches(pattern, name),
    );
    const found = [...(Object.hasOwn(own, name) ? [own[name]] : []), ...patterns.map(([, member]) => member)];
    return (found.length > 0 ? found : [additionalOf(schema)]) as Schema[];
  });
}

/**
 * What can hold for a name that `properties` do not know: for each pattern of names what it says, and what holds beside
 * all patterns. Patterns may overlap, so each is taken alone, which says less than the truth and never more.
 * @param pattern only names of this pattern are asked for; the same one then holds for certain
 * @param except patterns whose names are not asked for
 */
function unknownNames(
  old: Conjunction,
  pattern: string | undefined,
  except: readonly string[] = [],
): Schema[][] {
  const schemas = objectsOf(old);
  const certain = (of: string): Schema[] =>
    schemas.flatMap((schema) => {
      const patterns = Object.entries(membersOf(schema, 'patternProperties') as Record<string, Schema>);
      const same = patterns.find(([pattern]) => pattern === of);
      if (same) return [same[1]];
      return patterns.length === 0 ? [additionalOf(schema)] : [];
    });
  if (
    pattern !== undefined &&
    schemas.some((schema) => Object.hasOwn(membersOf(schema, 'patternProperties'), pattern))
  ) {
    return [certain(pattern)];
  }
  const all = new Set(schemas.flatMap((schema) => Object.keys(membersOf(schema, 'patternProperties'))));
  const others = [...all].filter((each) => !except.includes(each));
  const besideAll = schemas.map(additionalOf);
  return [besideAll, ...others.map(certain)];
}

function additionalOf(schema: JsonObject): Schema {
  return (schema['additionalProperties'] as Schema | undefined) ?? true;
}
