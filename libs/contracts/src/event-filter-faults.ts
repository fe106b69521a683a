import { filterRoots, parseFilterPath } from './event-filter-path.js';

export interface FilterFault {
  /** Into the filter: members and positions. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export const filterLimits = {
  /** `all`, `any` and `not` in each other. */
  depth: 8,
  /** Operators, over the whole filter. */
  conditions: 100,
  pathLength: 256,
  stringLength: 1_024,
  /** Of one `in`. */
  values: 200,
} as const;

const ordered = ['gt', 'gte', 'lt', 'lte'];
const operators = ['eq', 'ne', 'in', ...ordered, 'exists', 'prefix'];
const operatorList = operators.join(', ');
const shape = '{ "data.object.amount": { "gt": 100 } }';
const exactForm = /^-?\d{1,300}$/;

type Report = (path: FilterFault['path'], message: string) => void;

/** All that is wrong with a filter; none when it is one. Never recurses deeper than the limit. */
export function filterFaults(filter: unknown): FilterFault[] {
  const faults: FilterFault[] = [];
  let conditions = 0;
  const report: Report = (path, message) => void faults.push({ path, message });

  const checkFilter = (given: unknown, path: FilterFault['path'], depth: number): void => {
    if (!isObject(given)) return report(path, `conditions on the event, such as ${shape}`);
    if (depth > filterLimits.depth) return report(path, `nested more than ${filterLimits.depth} deep`);
    const members = Object.entries(given);
    if (members.length === 0 && depth > 0) report(path, 'a filter without any condition');
    for (const [name, value] of members) {
      const at = [...path, name];
      if (name === 'not') checkFilter(value, at, depth + 1);
      else if (name === 'all' || name === 'any') checkEach(value, at, depth + 1);
      else conditions += checkPath(name, value, at, report);
      if (conditions > filterLimits.conditions) return;
    }
  };
  const checkEach = (given: unknown, path: FilterFault['path'], depth: number): void => {
    if (!Array.isArray(given) || given.length === 0 || given.length > filterLimits.conditions) {
      return report(path, `an array of 1 to ${filterLimits.conditions} filters`);
    }
    for (const [index, item] of given.entries()) {
      checkFilter(item, [...path, index], depth);
      if (conditions > filterLimits.conditions) return;
    }
  };

  checkFilter(filter, [], 0);
  if (conditions > filterLimits.conditions) {
    return [{ path: [], message: `at most ${filterLimits.conditions} conditions in all` }];
  }
  return faults;
}

/** @returns how many conditions are there */
function checkPath(name: string, value: unknown, at: FilterFault['path'], report: Report): number {
  const segments = name.length > filterLimits.pathLength ? null : parseFilterPath(name);
  if (!segments || !filterRoots.includes(segments[0] ?? '')) {
    const what = `a path of at most ${filterLimits.pathLength} characters that begins with ${filterRoots.join(', ')}, or all, any, not`;
    report(at, `${what}; a dot in a key is written \\.`);
  }
  if (!isObject(value)) {
    const fault = Array.isArray(value)
      ? 'one value, or operators: { "in": [ … ] } for one of several'
      : valueFault(value);
    if (fault) report(at, fault);
    return 1;
  }
  const given = Object.entries(value);
  if (given.length === 0) report(at, `no operator; there are ${operatorList}`);
  for (const [operator, operand] of given) {
    const fault = operandFault(operator, operand);
    if (fault) report([...at, operator], fault);
  }
  return given.length;
}

function operandFault(operator: string, operand: unknown): string | null {
  if (!operators.includes(operator)) return `no such operator; there are ${operatorList}`;
  if (operator === 'exists') return typeof operand === 'boolean' ? null : 'true or false';
  if (operator === 'in') return valuesFault(operand);
  if (operator === 'prefix') {
    return typeof operand === 'string' && operand !== '' ? valueFault(operand) : 'a string that is not empty';
  }
  const fault = valueFault(operand);
  if (fault || !ordered.includes(operator)) return fault;
  return operand === null || typeof operand === 'boolean' ? 'a number or a string' : null;
}

function valuesFault(operand: unknown): string | null {
  if (!Array.isArray(operand) || operand.length === 0 || operand.length > filterLimits.values) {
    return `an array of 1 to ${filterLimits.values} values`;
  }
  return operand.map(valueFault).find((fault) => fault !== null) ?? null;
}

function valueFault(value: unknown): string | null {
  if (typeof value === 'boolean' || value === null || isExactNumber(value)) return null;
  if (typeof value === 'string') {
    const { stringLength } = filterLimits;
    return value.length > stringLength ? `a string of at most ${stringLength} characters` : null;
  }
  if (typeof value !== 'number') return 'a string, a number, true, false or null';
  // its digits were lost when the body was parsed: better refused than compared with another number
  return Number.isInteger(value) && !Number.isSafeInteger(value)
    ? 'a number beyond 2^53 is written as { "number": "12345678901234567890" }, to be exact'
    : null;
}

function isExactNumber(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { number, ...others } = value;
  return typeof number === 'string' && exactForm.test(number) && Object.keys(others).length === 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
