import { describe, expect, it } from '@jest/globals';
import { readRepositoryFile } from '../repository.js';
import { vectorFile, vectorFiles } from './vector-files.js';

describe('the test vectors of the signatures', () => {
  it.each([...vectorFiles.keys()])(
    '%s is what the script writes (node tools/checks/dist/generate-vectors.js)',
    (name) => {
      expect(readRepositoryFile(`libs/signing/vectors/${name}`)).toBe(vectorFile(name));
    },
  );

  it('have a name each', () => {
    const names = [...vectorFiles.values()].flat().map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
