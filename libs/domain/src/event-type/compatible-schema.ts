import type { FieldError, JsonObject } from '@postel/contracts';
import { arrayFaults } from './compatible-arrays.js';
import { objectFaults } from './compatible-objects.js';
import { scalarFaults } from './compatible-scalars.js';
import { canonical, type Validator } from './compile-schema.js';
import { LinearPattern } from './linear-pattern.js';
import type { Schema } from './read-schema.js';
import { Steps, TooManySteps } from './schema-steps.js';
import {
  bare,
  finiteValues,
  flattened,
  objectsOf,
  typesOf,
  type Comparison,
  type Conjunction,
} from './schema-facets.js';

/** What takes more, as many alternatives within each other do, is not decided. */
const maxComparisons = 10_000;
/** What trying names against patterns may take in all, some 0.2 s. Most schemas take a thousandth of it. */
const maxPatternSteps = 5_000_000;

/**
 * Why a schema may refuse a value that another accepted: nothing, when it is certain that it does not. Where it cannot
 * be decided (`undecided`) it says so. References are in place in both, patterns and formats are compared as text.
 */
export function schemaIncompatibilities(
  before: Schema,
  after: Schema,
  validatorFor: (schema: Schema) => Validator,
): FieldError[] {
  try {
    return new SchemaComparison(validatorFor).compare([before], after, 'schema').slice(0, 20);
  } catch (error) {
    if (error instanceof TooManySteps) return [fault('schema', 'undecided', 'too much to compare')];
    throw error;
  }
}

class SchemaComparison implements Comparison {
  private comparisons = 0;
  private readonly validators = new Map<Schema, Validator>();
  /** The same parts come again with each alternative. */
  private readonly bareOf = remembering(bare);
  private readonly textOf = remembering<Schema, string>(canonical);
  /** Of a list of alternatives, the place of the one that accepted last. */
  private readonly accepting = new Map<readonly Schema[], number>();

  private readonly steps = new Steps();
  private readonly testOf = remembering((source: string) => {
    const pattern = new LinearPattern(source, this.steps.take);
    return remembering((name: string) => pattern.test(name));
  });

  constructor(private readonly validatorFor: (schema: Schema) => Validator) {
    this.steps.grant(maxPatternSteps);
  }

  /** @throws {TooManySteps} */
  compare(before: Conjunction, after: Schema, path: string): FieldError[] {
    return this.faults(before, after, path, true);
  }

  /** @param mayDivide what is not accepted as a whole may be accepted part by part */
  private faults(before: Conjunction, after: Schema, path: string, mayDivide: boolean): FieldError[] {
    if (++this.comparisons > maxComparisons) throw new TooManySteps();
    const old = flattened(before, this.bareOf);
    const wanted = this.bareOf(after);
    // what accepted nothing promised nothing
    if (wanted === true || old.includes(false)) return [];
    if (wanted === false) return [fault(path, 'forbidden', 'nothing is accepted here any more')];
    if (old.some((schema) => this.textOf(schema) === this.textOf(wanted))) return [];
    const finite = objectsOf(old)
      .map(finiteValues)
      .find((values) => values !== null);
    if (finite) return this.valueFaults(finite, old, wanted, path);
    const faults = this.keywordFaults(old, wanted, path);
    if (faults.length === 0 || !mayDivide) return faults;
    const parts = alternativesIn(old) ?? (isChoice(wanted) ? typesIn(old) : null);
    return parts?.flatMap((part) => this.compare(part, after, path)) ?? faults;
  }

  matches(pattern: string, name: string): boolean {
    return this.testOf(pattern)(name);
  }

  /** The values can be counted: each is tried. */
  private valueFaults(
    values: readonly unknown[],
    old: Conjunction,
    after: Schema,
    path: string,
  ): FieldError[] {
    const accepted = values.filter((value) => old.every((schema) => this.accepts(schema, value)));
    const refused = accepted.filter((value) => !this.accepts(after, value));
    if (refused.length === 0) return [];
    const listed = refused.slice(0, 5).map((value) => JSON.stringify(value).slice(0, 50));
    return [fault(path, 'values_removed', `no longer accepted: ${listed.join(', ')}`)];
  }

  private accepts(schema: Schema, value: unknown): boolean {
    let validate = this.validators.get(schema);
    if (!validate) this.validators.set(schema, (validate = this.validatorFor(schema)));
    return validate(value).length === 0;
  }

  private keywordFaults(old: Conjunction, after: JsonObject, path: string): FieldError[] {
    const types = typesOf(old);
    return [
      ...this.typeFaults(old, after, path),
      ...(finiteValues(after) ? [fault(path, 'values_listed', 'only listed values are accepted now')] : []),
      ...scalarFaults(old, after, path, types),
      ...(types.has('array') ? arrayFaults(old, after, path, this) : []),
      ...(types.has('object') ? objectFaults(old, after, path, this) : []),
      ...this.combinationFaults(old, after, path),
    ];
  }

  private typeFaults(old: Conjunction, after: JsonObject, path: string): FieldError[] {
    if (after['type'] === undefined) return [];
    const now = typesOf([{ type: after['type'] }]);
    const gone = [...typesOf(old)].filter((type) => !now.has(type));
    if (gone.length === 0) return [];
    return [fault(path, 'type_narrowed', `no longer accepted: ${gone.join(', ')}`)];
  }

  private combinationFaults(old: Conjunction, after: JsonObject, path: string): FieldError[] {
    const faults: FieldError[] = [];
    for (const part of (after['allOf'] ?? []) as Schema[]) faults.push(...this.compare(old, part, path));
    const { anyOf, oneOf, not } = after;
    if (Array.isArray(anyOf) && !this.someAccepts(old, anyOf as Schema[], path)) {
      faults.push(
        fault(path, 'alternative_removed', 'no alternative of anyOf accepts all that was accepted'),
      );
    }
    if (Array.isArray(oneOf) && !this.oneAccepts(old, oneOf as Schema[], path)) {
      faults.push(
        fault(path, 'undecided', 'it is not certain that exactly one of oneOf accepts what was accepted'),
      );
    }
    if (not !== undefined && !sameIn(old, 'not', not) && !areDisjoint(old, not as Schema)) {
      faults.push(fault(path, 'undecided', 'it is not certain that "not" refuses nothing that was accepted'));
    }
    if (after['if'] !== undefined && !isSameCondition(old, after)) {
      faults.push(fault(path, 'undecided', 'a changed if, then or else is not compared'));
    }
    return faults;
  }

  /** Mostly alternatives keep their order: the one behind the last that accepted is tried first. */
  private someAccepts(old: Conjunction, alternatives: readonly Schema[], path: string): boolean {
    const first = (this.accepting.get(alternatives) ?? -1) + 1;
    const inTurn = [...alternatives.keys()].map((index) => (first + index) % alternatives.length);
    const found = inTurn.find((index) => this.isAccepted(old, alternatives[index] as Schema, path));
    if (found !== undefined) this.accepting.set(alternatives, found);
    return found !== undefined;
  }

  private oneAccepts(old: Conjunction, alternatives: readonly Schema[], path: string): boolean {
    if (sameIn(old, 'oneOf', alternatives)) return true;
    const accepting = alternatives.filter((alternative) => this.isAccepted(old, alternative, path));
    const others = alternatives.filter((alternative) => !accepting.includes(alternative));
    return accepting.length === 1 && others.every((other) => areDisjoint(old, other));
  }

  /** What has alternatives itself is divided first, and then each of them finds its own. */
  private isAccepted(old: Conjunction, alternative: Schema, path: string): boolean {
    const mayDivide = alternativesIn(old) === null;
    return this.faults(old, alternative, path, mayDivide).length === 0;
  }
}

function isChoice(schema: JsonObject): boolean {
  return Array.isArray(schema['anyOf']) || Array.isArray(schema['oneOf']);
}

/** A value holds for one alternative at least: what there is with each of them. @returns `null` when there are none */
function alternativesIn(old: Conjunction): readonly Conjunction[] | null {
  const chosen = objectsOf(old).find(isChoice);
  if (!chosen) return null;
  const keyword = Array.isArray(chosen['anyOf']) ? 'anyOf' : 'oneOf';
  const { [keyword]: alternatives, ...rest } = chosen;
  const others = [...old.filter((schema) => schema !== chosen), rest];
  return (alternatives as Schema[]).map((alternative) => [...others, alternative]);
}

/** A value has one type: an alternative for each of them may accept what none does alone. @returns `null` for one type */
function typesIn(old: Conjunction): readonly Conjunction[] | null {
  const all = typesOf(old);
  const types = [...all].filter((type) => type !== 'integer' || !all.has('number'));
  return types.length < 2 ? null : types.map((type) => [...old, { type }]);
}

/** Whether no value can hold for both: of different types, or different in a member that both must have. */
function areDisjoint(old: Conjunction, other: Schema): boolean {
  const all = [...old, ...flattened([other])];
  const types = [...typesOf(all)];
  if (types.length === 0) return true;
  const values = objectsOf(all)
    .map(finiteValues)
    .filter((each) => each !== null);
  const texts = values.map((each) => new Set(each.map(canonical)));
  if (texts.some((a) => texts.some((b) => [...a].every((text) => !b.has(text))))) return true;
  if (!types.every((type) => type === 'object')) return false;
  const required = new Set(objectsOf(all).flatMap((schema) => (schema['required'] ?? []) as string[]));
  return [...required].some((name) => {
    const of = objectsOf(all).flatMap(({ properties }) => {
      const member = ((properties ?? {}) as Record<string, Schema>)[name];
      return member === undefined ? [] : [member];
    });
    const [first, ...rest] = of;
    return first !== undefined && rest.length > 0 && areDisjoint([first], { allOf: rest });
  });
}

function isSameCondition(old: Conjunction, after: JsonObject): boolean {
  const conditionOf = (schema: JsonObject) =>
    canonical([schema['if'], schema['then'] ?? true, schema['else'] ?? true]);
  return objectsOf(old).some((schema) => conditionOf(schema) === conditionOf(after));
}

function sameIn(old: Conjunction, keyword: string, value: unknown): boolean {
  return objectsOf(old).some((schema) => canonical(schema[keyword]) === canonical(value));
}

/** Each is made once. */
function remembering<Given, Made>(make: (given: Given) => Made): (given: Given) => Made {
  const made = new Map<Given, Made>();
  return (given) => {
    const known = made.get(given) ?? make(given);
    made.set(given, known);
    return known;
  };
}

function fault(path: string, code: string, message: string): FieldError {
  return { path, code, message };
}
