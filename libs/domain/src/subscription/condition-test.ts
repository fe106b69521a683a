import type { FilterCondition, FilterValue } from '@postel/contracts';
import type { Found } from './event-view.js';
import { compareScalars, keyOf, scalarOf, type Scalar } from './filter-values.js';

type ScalarTest = (scalar: Scalar, key: string) => boolean;

/**
 * The test of one path: every operator holds. Of several values there (an array) one is enough, but it must be the same
 * one for all of `eq`, `in`, `gt`, `gte`, `lt`, `lte` and `prefix`; `ne` is the opposite of `eq`: none may be it.
 */
export function conditionTest(condition: FilterCondition): (found: Found) => boolean {
  const { exists } = condition;
  const unwanted = condition.ne === undefined ? null : keyOf(scalarOf(condition.ne));
  const tests = scalarTests(condition);
  return (found) => {
    if (exists !== undefined && found.exists !== exists) return false;
    if (unwanted !== null && found.keys.includes(unwanted)) return false;
    if (tests.length === 0) return true;
    return found.scalars.some((scalar, i) => tests.every((test) => test(scalar, found.keys[i] as string)));
  };
}

export function keysOf(values: readonly FilterValue[]): Set<string> {
  return new Set(values.map((value) => keyOf(scalarOf(value))));
}

function scalarTests({ eq, in: oneOf, gt, gte, lt, lte, prefix }: FilterCondition): ScalarTest[] {
  const tests: (ScalarTest | null)[] = [
    eq === undefined ? null : isOneOf([eq]),
    oneOf === undefined ? null : isOneOf(oneOf),
    gt === undefined ? null : compares(gt, (order) => order > 0),
    gte === undefined ? null : compares(gte, (order) => order >= 0),
    lt === undefined ? null : compares(lt, (order) => order < 0),
    lte === undefined ? null : compares(lte, (order) => order <= 0),
    prefix === undefined ? null : (scalar) => typeof scalar === 'string' && scalar.startsWith(prefix),
  ];
  return tests.filter((test) => test !== null);
}

function isOneOf(values: readonly FilterValue[]): ScalarTest {
  const keys = keysOf(values);
  return (_scalar, key) => keys.has(key);
}

function compares(limit: FilterValue, accepts: (order: -1 | 0 | 1) => boolean): ScalarTest {
  const right = scalarOf(limit);
  return (left) => {
    const order = compareScalars(left, right);
    return order !== null && accepts(order);
  };
}
