import type { EventFilter, FilterCondition } from '@postel/contracts';
import fc from 'fast-check';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

const keys = ['a', 'b', '__proto__', 'constructor', 'x.y'];
const scalar = fc.constantFrom<(string | number | boolean | null)[]>(
  'a',
  'ab',
  '',
  '1',
  0,
  1,
  2,
  -1.5,
  1e15,
  true,
  false,
  null,
);

/** An object with `__proto__` as a key like any other, as JSON has it. */
function objectOf(entries: readonly (readonly [string, Json])[]): Json {
  return JSON.parse(
    `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`,
  ) as Json;
}

const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc
      .uniqueArray(fc.tuple(fc.constantFrom(...keys), tie('value')), {
        maxLength: 3,
        selector: ([key]) => key,
      })
      .map(objectOf),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
}));

/** A stored event with small values that filters of {@link aFilter} often meet. */
export const anEvent = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...keys), value), { maxLength: 5, selector: ([key]) => key })
  .map((entries) => ({ type: 'a.b', created: 1, data: { object: objectOf(entries) } }));

const path = fc
  .array(fc.constantFrom(...keys), { minLength: 1, maxLength: 2 })
  .map((segments) => `data.object.${segments.map((key) => key.replace('.', '\\.')).join('.')}`);
const ordered = fc.constantFrom<(string | number)[]>('a', 'aa', 0, 1, 1.5, -2);
const condition = fc.oneof(
  scalar,
  fc.record({ eq: scalar }),
  fc.record({ in: fc.array(scalar, { minLength: 1, maxLength: 3 }) }),
  fc
    .record(
      {
        eq: scalar,
        ne: scalar,
        in: fc.array(scalar, { minLength: 1, maxLength: 3 }),
        gt: ordered,
        gte: ordered,
        lt: ordered,
        lte: ordered,
        exists: fc.boolean(),
        prefix: fc.constantFrom('a', 'ab'),
      },
      { requiredKeys: [] },
    )
    .filter((made) => Object.keys(made).length > 0),
);

const { filter } = fc.letrec<{ filter: EventFilter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.dictionary(path, condition as fc.Arbitrary<FilterCondition>, { minKeys: 1, maxKeys: 2 }),
    fc.record({ all: fc.array(tie('filter'), { minLength: 1, maxLength: 2 }) }),
    fc.record({ any: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('filter') }),
  ),
}));
export const aFilter = filter;

/** What a filter means, said without any thought of speed. */
export function naivelyMatches(filter: EventFilter, event: unknown): boolean {
  return Object.entries(filter).every(([name, wanted]) => {
    if (name === 'all') return (wanted as EventFilter[]).every((one) => naivelyMatches(one, event));
    if (name === 'any') return (wanted as EventFilter[]).some((one) => naivelyMatches(one, event));
    if (name === 'not') return !naivelyMatches(wanted as EventFilter, event);
    const keys = name.split(/(?<!\\)\./).map((key) => key.replace('\\.', '.'));
    const isPlain = typeof wanted !== 'object' || wanted === null;
    return conditionHolds(isPlain ? { eq: wanted } : (wanted as FilterCondition), valuesAt(event, keys));
  });
}

function valuesAt(value: unknown, [key, ...rest]: readonly string[]): unknown[] {
  if (key === undefined) return [value];
  return [value]
    .flat(Infinity)
    .flatMap((item) => (isObject(item) && Object.hasOwn(item, key) ? valuesAt(item[key], rest) : []));
}

function conditionHolds({ exists, ne, ...each }: FilterCondition, found: readonly unknown[]): boolean {
  const scalars = found.flat(Infinity).filter((value) => !isObject(value));
  if (exists !== undefined && exists !== found.length > 0) return false;
  if (ne !== undefined && scalars.includes(ne)) return false;
  if (Object.keys(each).length === 0) return true;
  return scalars.some((scalar) => {
    const order = (limit: unknown, accepts: (sign: number) => boolean) =>
      limit === undefined ||
      (typeof limit === typeof scalar &&
        accepts(scalar === limit ? 0 : (scalar as string) < (limit as string) ? -1 : 1));
    return (
      (each.eq === undefined || each.eq === scalar) &&
      (each.in === undefined || each.in.includes(scalar as string)) &&
      order(each.gt, (sign) => sign > 0) &&
      order(each.gte, (sign) => sign >= 0) &&
      order(each.lt, (sign) => sign < 0) &&
      order(each.lte, (sign) => sign <= 0) &&
      (each.prefix === undefined || (typeof scalar === 'string' && scalar.startsWith(each.prefix)))
    );
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
