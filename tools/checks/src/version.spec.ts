import { postelVersion } from '@postel/contracts';
import { expect, it } from '@jest/globals';
import { readRepositoryFile } from './repository.js';

it('tells receivers and callers the version of package.json', () => {
  const { version } = JSON.parse(readRepositoryFile('package.json')) as { version: string };
  expect(postelVersion).toBe(version);
});

it('has that version in the changelog', () => {
  expect(readRepositoryFile('CHANGELOG.md')).toMatch(
    new RegExp(`^## \\[${postelVersion.replaceAll('.', '\\.')}\\]`, 'm'),
  );
});
