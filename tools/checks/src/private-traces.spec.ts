import { describe, expect, it } from '@jest/globals';
import { privateTraces } from './private-traces.js';
import { readTextFile, repositoryFiles, repositoryRoot } from './repository.js';

describe('traces of one machine', () => {
  it('are mirrors, registries and places of a checkout', () => {
    const host = (...words: string[]) => words.join('.');
    const lines = [
      `deb http://${host('deb', 'debian', 'org')}/debian testing main`,
      `"resolved": "https://${host('registry', 'npmjs', 'org')}/x"`,
      `cd /${'work'}/somewhere`,
      'see ./work/x, https://example.com/work/x and ~/home/x',
      'opened /srv/checkout/file',
    ];
    expect(privateTraces(lines.join('\n'), ['/srv/checkout']).map(({ line }) => line)).toEqual([1, 2, 3, 5]);
  });

  it('are in no file of the repository', () => {
    const found = repositoryFiles().flatMap((path) =>
      privateTraces(readTextFile(path) ?? '', [repositoryRoot]).map(
        (trace) => `${path}:${trace.line} ${trace.found}`,
      ),
    );
    expect(found).toEqual([]);
  });
});
