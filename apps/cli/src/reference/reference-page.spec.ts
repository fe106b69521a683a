import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { cliVersion } from '../version.js';
import { referencePage, referencePath } from './reference-page.js';

it('docs/reference/cli.md is what the commands say (node apps/cli/dist/compiled/reference/write-reference.js)', async () => {
  const config = (await resolveConfig(referencePath())) ?? {};
  const wanted = await format(referencePage(), { ...config, parser: 'markdown' });
  expect(readFileSync(referencePath(), 'utf8')).toBe(wanted);
});

it('tells the version of its package', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  expect(cliVersion).toBe(version);
});
