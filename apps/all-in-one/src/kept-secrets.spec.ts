import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keptSecrets } from './kept-secrets.js';

describe('keptSecrets', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'postel-kept-secrets-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('makes them once', () => {
    const made = keptSecrets(directory, {});
    expect(keptSecrets(directory, {})).toEqual(made);
  });

  it.each(['', 'null', '{"POSTEL_ADMIN_TOKEN":"pat_'])(
    'says in one line that the file is damaged, shows nothing of it, and leaves it: %j',
    (content) => {
      const file = join(directory, 'secrets.json');
      writeFileSync(file, content);
      const message = `${file} is damaged, and without the keys in it no endpoint's secret can be read: put it back from a backup.`;
      expect(() => keptSecrets(directory, {})).toThrow(
        expect.objectContaining({ name: 'StartupError', message }),
      );
      expect(readFileSync(file, 'utf8')).toBe(content);
    },
  );
});
