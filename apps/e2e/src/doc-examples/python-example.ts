import { expect } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonClient } from '../harness/python.js';
import type { Block } from './fenced-blocks.js';
import type { Reader } from './reader.js';

/** One of the files that python-receiver.int.spec.ts runs, as it stands. */
export function isExampleInPython(_reader: Reader, { text }: Block): Promise<void> {
  const folder = join(pythonClient, 'examples');
  const files = readdirSync(folder).filter((name) => name.endsWith('.py'));
  expect(files.map((name) => readFileSync(join(folder, name), 'utf8'))).toContain(text);
  return Promise.resolve();
}
