import type { JsonObject } from '@postel/contracts';
import type { FuncKeywordDefinition } from 'ajv';
import { subschemaKeywords, type Schema } from './read-schema.js';

/** Checking a value has taken all the steps that it may. */
export class TooManySteps extends Error {}

/** What checking one value has left to take. A step is some 50 ns: what a subschema asks of a value, or a pattern of a letter. */
export class Steps {
  private left = 0;

  grant(steps: number): void {
    this.left = steps;
  }

  /** @throws {TooManySteps} */
  readonly take = (steps: number): void => {
    this.left -= steps;
    if (this.left < 0) throw new TooManySteps();
  };
}

/** No keyword of JSON Schema: {@link readSchema} refuses it in a schema of a stranger. */
export const stepsKeyword = 'postelSteps';

/**
 * What every subschema of {@link metered} begins with: a value that there is more of is looked at for longer, and makes
 * more faults.
 */
export function countingSteps(steps: Steps): FuncKeywordDefinition {
  return {
    keyword: stepsKeyword,
    // an Ajv of its own has the untyped keywords first, and this one is the first of them that costs anything
    before: 'const',
    schemaType: 'number',
    errors: false,
    validate: (ofSchema: number, value: unknown): boolean => {
      steps.take(ofSchema + sizeOf(value));
      return true;
    },
  };
}

/** The same schema, each part of which says how many steps it is, beside what it asks of the parts of a value. */
export function metered(schema: Schema): Schema {
  if (typeof schema === 'boolean') return schema;
  const { single, lists, maps } = subschemaKeywords;
  const parts = Object.entries(schema).map(([keyword, value]): [string, unknown, number] => {
    if (single.has(keyword)) return [keyword, metered(value as Schema), 1];
    if (lists.has(keyword)) {
      const list = value as Schema[];
      return [keyword, list.map(metered), list.length];
    }
    if (!maps.has(keyword)) return [keyword, value, valuesIn(value)];
    const entries = Object.entries(value as JsonObject);
    const inner = Object.fromEntries(entries.map(([key, part]) => [key, metered(part as Schema)]));
    return [keyword, inner, entries.length];
  });
  const steps = parts.reduce((sum, [, , own]) => sum + own, 1);
  return {
    ...Object.fromEntries(parts.map(([keyword, value]) => [keyword, value])),
    [stepsKeyword]: steps,
  };
}

/** Counting the letters of a text goes so fast. */
const lettersOfStep = 8;

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Math.ceil(value.length / lettersOfStep);
  if (typeof value !== 'object' || value === null) return 0;
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

function valuesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, inner) => sum + valuesIn(inner), 1);
}
