import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { usageFailure } from '../fail/command-failure.js';
import type { Terminal } from '../terminal/terminal.js';

/** What a file or standard input may hold: the API takes 8 MiB at most. */
const maxBytes = 16 * 1024 * 1024;

/**
 * The bytes of `@file`, of `-` (standard input), or of the text itself.
 * @throws {CommandFailure} when the file cannot be read
 */
export async function readData(terminal: Terminal, text: string): Promise<Buffer> {
  if (text === '-' || text === '@-') return readInput(terminal);
  return text.startsWith('@') ? readFile(terminal, text.slice(1)) : Buffer.from(text);
}

/**
 * The same, as text.
 * @throws {CommandFailure} when it cannot be read, or is not UTF-8
 */
export async function readText(terminal: Terminal, text: string, what: string): Promise<string> {
  return decoded(await readData(terminal, text), what);
}

function decoded(bytes: Buffer, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw usageFailure(`${what} is not UTF-8`);
  }
}

/** @throws {CommandFailure} */
export function readFile(terminal: Pick<Terminal, 'directory'>, path: string): Buffer {
  try {
    return readFileSync(resolve(terminal.directory, path));
  } catch (error) {
    throw usageFailure(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }
}

export async function readInput({ input }: Terminal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of input as AsyncIterable<Buffer | string>) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBytes) throw usageFailure(`standard input has more than ${maxBytes} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/**
 * JSON whose numbers are only looked at, not used.
 * @throws {CommandFailure} saying where it is wrong
 */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw usageFailure(`${what} is not valid JSON: ${(error as Error).message}`);
  }
}

/** @throws {CommandFailure} for anything but an object */
export async function readObject(
  terminal: Terminal,
  text: string,
  what: string,
): Promise<Record<string, unknown>> {
  const value = parseJson(await readText(terminal, text, what), what);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw usageFailure(`${what} must be a JSON object`);
  }
  return value as Record<string, unknown>;
}
