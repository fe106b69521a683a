import { describe, expect, it } from '@jest/globals';
import { tokenFault } from './token-fault.js';

describe('what is typed for a token', () => {
  it.each(['pat_yAV3vfbo5x27rFxi', 'eyJhbGciOi.eyJ0ZW5hbnQi.sig-nature_'])('may be one: %s', (token) => {
    expect(tokenFault(token)).toBeNull();
  });

  it.each(['pat_…', 'pat_ yAV3', 'pät_x', 'a\u200bb'])('is none that a request could carry: %j', (token) => {
    expect(tokenFault(token)).toMatch(/letters, digits/);
  });
});
