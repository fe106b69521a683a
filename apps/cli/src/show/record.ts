import { printable } from '../terminal/printable.js';
import type { Paint } from '../terminal/terminal.js';

/** One thing, a line for each of its fields; what is nested stands as JSON. */
export function recordLines(record: object, paint: Paint): string[] {
  const entries = Object.entries(record).filter(([, value]) => value !== undefined);
  const width = Math.max(0, ...entries.map(([key]) => key.length));
  return entries.map(([key, value]) => `${paint('dim', key.padEnd(width))}  ${printable(textOf(value))}`);
}

function textOf(value: unknown): string {
  if (value === null || value === '') return '–';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(', ') || '–';
  return JSON.stringify(value);
}
