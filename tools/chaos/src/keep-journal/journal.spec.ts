import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal } from './journal.js';
import { readJournal } from './read-journal.js';

describe('a journal', () => {
  let directory: string;
  let path: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'postel-journal-'));
    path = join(directory, 'journal.jsonl');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  test('has what it says that it has, in order', async () => {
    const journal = await Journal.create(path);
    await journal.append({ n: 0 });
    expect(await readJournal(path)).toEqual([{ n: 0 }]);
    await Promise.all(Array.from({ length: 200 }, (_, index) => journal.append({ n: index + 1 })));
    await journal.close();
    expect(await readJournal(path)).toEqual(Array.from({ length: 201 }, (_, n) => ({ n })));
  });

  test('is read up to what is being written', async () => {
    const journal = await Journal.create(path);
    await journal.append({ n: 1 });
    appendFileSync(path, '{"n":2');
    expect(await readJournal(path)).toEqual([{ n: 1 }]);
    await journal.close();
  });

  test('is never one of an earlier run', async () => {
    await (await Journal.create(path)).close();
    await expect(Journal.create(path)).rejects.toThrow(/EEXIST/);
  });
});
