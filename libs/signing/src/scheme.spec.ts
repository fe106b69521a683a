import { describe, expect, it } from '@jest/globals';
import type * as contracts from '@postel/contracts';
import { readFileSync } from 'node:fs';
import type { HmacSignature, SealedSecret, SignatureScheme, SourceProvider } from './scheme.js';

/** Neither has anything that the other lacks. */
type Same<A, B> = [A, B] extends [B, A] ? true : false;

describe('what is published', () => {
  it('has the types of the contracts', () => {
    const same: [
      Same<SignatureScheme, contracts.SignatureScheme>,
      Same<SourceProvider, contracts.SourceProvider>,
      Same<HmacSignature, contracts.HmacSignature>,
      Same<SealedSecret, contracts.SealedSecret>,
    ] = [true, true, true, true];
    expect(same).toHaveLength(4);
  });

  it('needs nothing when it runs', () => {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as object;
    expect(manifest).not.toHaveProperty('dependencies');
    expect(manifest).not.toHaveProperty('private');
  });
});
