import { beforeAll, describe, expect, it } from '@jest/globals';

/** tools/newcomer is plain JavaScript outside the workspaces, for it runs before anything is installed. */
const newcomer = new URL('../../../tools/newcomer/', import.meta.url);

type Packages = Record<string, Record<string, unknown>>;
let mendOptionalEdges: (packages: Packages) => { added: string[]; pruned: string[]; unresolved: string[] };
let isInstalled: (wanted: Packages | undefined, present: Packages | undefined) => boolean;
let unreachableBecause: (log: string) => string | undefined;
beforeAll(async () => {
  ({ mendOptionalEdges } = await import(new URL('prune-lock.mjs', newcomer).href));
  ({ isInstalled, unreachableBecause } = await import(new URL('install.mjs', newcomer).href));
});

describe('mending the lockfile', () => {
  it('adds what a supported platform needs, removes other edges, and then has nothing to do', () => {
    const packages: Packages = {
      '': { optionalDependencies: { 'tool-linux-x64': '1.0.0' } },
      'node_modules/tool-linux-x64': { version: '1.0.0' },
      'node_modules/swc': {
        version: '1.2.3',
        dev: true,
        optionalDependencies: {
          'swc-linux-x64-gnu': '1.2.3',
          '@swc/core-darwin-arm64': '1.2.3',
          'swc-win32-x64-msvc': '1.2.3',
          'swc-linux-x64-musl': '1.2.3',
        },
      },
      'node_modules/swc/node_modules/swc-linux-x64-gnu': { version: '1.2.3' },
      'node_modules/old': { version: '1.0.0', optionalDependencies: { fsevents: '^2.0.0' } },
    };
    expect(mendOptionalEdges(packages)).toEqual({
      added: ['node_modules/swc -> @swc/core-darwin-arm64'],
      pruned: [
        'node_modules/swc -> swc-win32-x64-msvc',
        'node_modules/swc -> swc-linux-x64-musl',
        'node_modules/old -> fsevents',
      ],
      unresolved: [],
    });
    expect(packages['node_modules/@swc/core-darwin-arm64']).toEqual({
      version: '1.2.3',
      cpu: ['arm64'],
      os: ['darwin'],
      dev: true,
      optional: true,
    });
    expect(packages['node_modules/old']).toEqual({ version: '1.0.0' });
    expect(mendOptionalEdges(packages)).toEqual({ added: [], pruned: [], unresolved: [] });
  });

  it('leaves and names an edge of our own, which stands in a package.json too', () => {
    const packages: Packages = { 'libs/a': { optionalDependencies: { gone: '1.0.0' } } };
    expect(mendOptionalEdges(packages)).toEqual({ added: [], pruned: [], unresolved: ['libs/a -> gone'] });
    expect(packages['libs/a']).toEqual({ optionalDependencies: { gone: '1.0.0' } });
  });
});

describe('whether node_modules is what the lockfile says', () => {
  const wanted: Packages = {
    '': { version: '0.1.0' },
    'libs/a': { version: '0.1.0' },
    'node_modules/@postel/a': { link: true },
    'node_modules/nest': { version: '12.5.1' },
    'node_modules/foreign': { version: '1.0.0', optional: true },
  };
  const present: Packages = {
    'node_modules/@postel/a': { link: true },
    'node_modules/nest': { version: '12.5.1' },
  };

  it.each<[string, Packages | undefined, boolean]>([
    ['all is there but another platform’s package', present, true],
    ['there is none, or an install was broken off', undefined, false],
    ['a version differs', { ...present, 'node_modules/nest': { version: '12.5.0' } }, false],
    ['a package is missing', { 'node_modules/@postel/a': { link: true } }, false],
    [
      'a package is there that is wanted no more',
      { ...present, 'node_modules/old': { version: '1.0.0' } },
      false,
    ],
  ])('%s', (_, found, expected) => {
    expect(isInstalled(wanted, found)).toBe(expected);
  });
});

it('tells in one line which registry does not answer', () => {
  const log = 'npm error code ENOTFOUND\nnpm error network request to http://npm.example.org/nx failed\n';
  expect(unreachableBecause(log)).toBe(
    "The packages cannot be fetched: http://npm.example.org does not answer (ENOTFOUND). Check the connection, or npm's proxy and registry settings.",
  );
  expect(unreachableBecause('npm error code EUSAGE\n')).toBeUndefined();
});
