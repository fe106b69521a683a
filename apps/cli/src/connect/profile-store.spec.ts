import { expect, it } from '@jest/globals';
import { tempDir } from '@postel/testing';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { profileFile, readProfiles, writeProfiles } from './profile-store.js';

const profile = { url: 'http://x', token: 'pk_1', tenant: null };

it('keeps tokens for this user alone, also where the file was open to others', () => {
  const directory = tempDir('profiles');
  try {
    const file = profileFile({ XDG_CONFIG_HOME: directory.path });
    expect(readProfiles(file)).toEqual({ current: 'default', profiles: {} });
    writeProfiles(file, { current: 'a', profiles: { a: profile } });
    writeFileSync(file, readFileSync(file), { mode: 0o644 });
    writeProfiles(file, { current: 'a', profiles: { a: profile, b: profile } });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory.path, 'postel')).mode & 0o777).toBe(0o700);
    expect(readProfiles(file)).toEqual({ current: 'a', profiles: { a: profile, b: profile } });
  } finally {
    directory.remove();
  }
});

it.each([
  '{ half',
  'null',
  '7',
  '[]',
  '{"profiles":null}',
  '{"profiles":{"a":null}}',
  '{"profiles":{"a":{"url":7}}}',
])('says which file it is that cannot be understood (%s)', (text) => {
  const directory = tempDir('profiles');
  try {
    const file = join(directory.path, 'config.json');
    writeFileSync(file, text);
    expect(() => readProfiles(file)).toThrow(`${file} is no file of \`postel login\``);
  } finally {
    directory.remove();
  }
});

it('says which file it is that cannot be written, where nothing can be', () => {
  const file = profileFile({ XDG_CONFIG_HOME: '/proc/nowhere' });
  expect(() => writeProfiles(file, { current: 'a', profiles: {} })).toThrow(`${file} cannot be written: `);
});
