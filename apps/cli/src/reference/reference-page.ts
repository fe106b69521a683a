import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createProgram } from '../program.js';
import { processTerminal } from '../terminal/process-terminal.js';
import { commandReference } from './command-reference.js';

const begin = '<!-- generated: commands -->';
const end = '<!-- end: commands -->';

/** docs/reference/cli.md of the checkout that this lies in. */
export function referencePath(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!/[\\/]apps[\\/]cli$/.test(directory)) directory = dirname(directory);
  return join(directory, '..', '..', 'docs', 'reference', 'cli.md');
}

/** The page as it should be, but for its layout, which is prettier’s. */
export function referencePage(): string {
  const text = readFileSync(referencePath(), 'utf8');
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to < from) throw new Error(`docs/reference/cli.md needs ${begin} and ${end}`);
  const commands = commandReference(createProgram(processTerminal()));
  return `${text.slice(0, from + begin.length)}\n\n${commands}\n\n${text.slice(to)}`;
}
