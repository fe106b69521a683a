import type { FieldError, JsonObject } from '@postel/contracts';
import { canonical } from './compile-schema.js';
import type { Schema } from './read-schema.js';
import { objectsOf, tightest, type Comparison, type Conjunction } from './schema-facets.js';

/** What became narrower for arrays. */
export function arrayFaults(
  old: Conjunction,
  after: JsonObject,
  path: string,
  comparison: Comparison,
): FieldError[] {
  const faults: FieldError[] = [];
  const { minItems, maxItems } = after as Record<string, number>;
  const most = tightest(old, 'maxItems', Math.min) ?? Infinity;
  if (minItems !== undefined && minItems > (tightest(old, 'minItems', Math.max) ?? 0)) {
    faults.push({ path, code: 'length_narrowed', message: `at least ${minItems} items now` });
  }
  if (maxItems !== undefined && maxItems < most) {
    faults.push({ path, code: 'length_narrowed', message: `at most ${maxItems} items now` });
  }
  if (
    after['uniqueItems'] === true &&
    most > 1 &&
    !objectsOf(old).some(({ uniqueItems }) => uniqueItems === true)
  ) {
    faults.push({ path, code: 'unique_now', message: 'no item twice now' });
  }
  for (const keyword of ['contains', 'unevaluatedItems'] as const) {
    if (isOpen(old, after, keyword)) {
      faults.push({ path, code: 'undecided', message: `a changed ${keyword} is not compared` });
    }
  }
  return [...faults, ...itemFaults(old, after, path, comparison, most)];
}

function isOpen(old: Conjunction, after: JsonObject, keyword: 'contains' | 'unevaluatedItems'): boolean {
  if (after[keyword] === undefined) return false;
  // what is evaluated depends on everything beside it: only equal schemas are the same, and those were seen before
  if (keyword === 'unevaluatedItems') return after[keyword] !== true;
  const { contains, minContains, maxContains } = after;
  const wanted = canonical([contains, minContains ?? 1, maxContains ?? null]);
  return !objectsOf(old).some(
    (schema) =>
      canonical([schema['contains'], schema['minContains'] ?? 1, schema['maxContains'] ?? null]) === wanted,
  );
}

/** Position by position as far as either counts them, then the rest. */
function itemFaults(
  old: Conjunction,
  after: JsonObject,
  path: string,
  comparison: Comparison,
  mostItems: number,
): FieldError[] {
  if (after['items'] === undefined && after['prefixItems'] === undefined) return [];
  const counted = Math.max(
    prefixOf(after).length,
    ...objectsOf(old).map((schema) => prefixOf(schema).length),
  );
  const faults: FieldError[] = [];
  for (let index = 0; index <= counted && index < mostItems; index++) {
    const place = index === counted ? `${path}.items` : `${path}.prefixItems.${index}`;
    faults.push(...comparison.compare(itemsAt(old, index), itemAt(after, index), place));
  }
  return faults;
}

function itemsAt(old: Conjunction, index: number): Schema[] {
  return objectsOf(old).map((schema) => itemAt(schema, index));
}

function itemAt(schema: JsonObject, index: number): Schema {
  return prefixOf(schema)[index] ?? (schema['items'] as Schema | undefined) ?? true;
}

function prefixOf(schema: JsonObject): readonly Schema[] {
  return (schema['prefixItems'] ?? []) as Schema[];
}
