import type { FieldError, JsonObject } from '@postel/contracts';
import { objectsOf, tightest, type Conjunction, type JsonType } from './schema-facets.js';

/** What became narrower for numbers and texts. */
export function scalarFaults(
  old: Conjunction,
  after: JsonObject,
  path: string,
  types: ReadonlySet<JsonType>,
): FieldError[] {
  return [
    ...(types.has('number') || types.has('integer') ? numberFaults(old, after, path, types) : []),
    ...(types.has('string') ? textFaults(old, after, path) : []),
  ];
}

function numberFaults(
  old: Conjunction,
  after: JsonObject,
  path: string,
  types: ReadonlySet<JsonType>,
): FieldError[] {
  const faults: FieldError[] = [];
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum, multipleOf } = after as Record<
    string,
    number
  >;
  const least = tightest(old, 'minimum', Math.max) ?? -Infinity;
  const above = tightest(old, 'exclusiveMinimum', Math.max) ?? -Infinity;
  const most = tightest(old, 'maximum', Math.min) ?? Infinity;
  const below = tightest(old, 'exclusiveMaximum', Math.min) ?? Infinity;
  if (minimum !== undefined && Math.max(least, above) < minimum) {
    faults.push(range(path, `at least ${minimum} now`));
  }
  if (exclusiveMinimum !== undefined && !(least > exclusiveMinimum || above >= exclusiveMinimum)) {
    faults.push(range(path, `more than ${exclusiveMinimum} now`));
  }
  if (maximum !== undefined && Math.min(most, below) > maximum) {
    faults.push(range(path, `at most ${maximum} now`));
  }
  if (exclusiveMaximum !== undefined && !(most < exclusiveMaximum || below <= exclusiveMaximum)) {
    faults.push(range(path, `less than ${exclusiveMaximum} now`));
  }
  if (multipleOf !== undefined && !isMultiple(old, multipleOf, types)) {
    faults.push(range(path, `a multiple of ${multipleOf} now`));
  }
  return faults;
}

/** Only whole numbers are compared: of others a computer does not know for certain. */
function isMultiple(old: Conjunction, multipleOf: number, types: ReadonlySet<JsonType>): boolean {
  if (multipleOf === 1 && !types.has('number')) return true;
  return objectsOf(old).some(({ multipleOf: before }) => {
    if (before === multipleOf) return true;
    return Number.isInteger(before) && Number.isInteger(multipleOf) && (before as number) % multipleOf === 0;
  });
}

function textFaults(old: Conjunction, after: JsonObject, path: string): FieldError[] {
  const faults: FieldError[] = [];
  const { minLength, maxLength } = after as Record<string, number>;
  if (minLength !== undefined && minLength > (tightest(old, 'minLength', Math.max) ?? 0)) {
    faults.push({ path, code: 'length_narrowed', message: `at least ${minLength} characters now` });
  }
  if (maxLength !== undefined && maxLength < (tightest(old, 'maxLength', Math.min) ?? Infinity)) {
    faults.push({ path, code: 'length_narrowed', message: `at most ${maxLength} characters now` });
  }
  for (const keyword of ['pattern', 'format'] as const) {
    const wanted = after[keyword];
    if (wanted !== undefined && !objectsOf(old).some((schema) => schema[keyword] === wanted)) {
      const message = `another ${keyword} than before, or a new one, may refuse what was accepted`;
      faults.push({ path, code: 'undecided', message });
    }
  }
  return faults;
}

function range(path: string, message: string): FieldError {
  return { path, code: 'range_narrowed', message };
}
