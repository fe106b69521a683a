import type { Context } from '../context.js';
import { recordLines } from './record.js';

/** One thing that the API answered. */
export async function showRecord(context: Context, record: object): Promise<void> {
  if (context.json) return context.terminal.print(jsonOf(record));
  return context.terminal.print(recordLines(record, context.terminal.paint).join('\n'));
}

/** For people a line of what was done, for scripts what the API answered. */
export async function showDone(context: Context, line: string, answer: object = {}): Promise<void> {
  return context.terminal.print(context.json ? jsonOf(answer) : line);
}

export function jsonOf(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
