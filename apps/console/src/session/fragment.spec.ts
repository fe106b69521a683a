import { describe, expect, it } from '@jest/globals';
import { emptyAppearance } from './appearance.js';
import { readFragment } from './fragment.js';

describe('the fragment of a link', () => {
  it('carries a token and how the console is to look', () => {
    const token = 'eyJhbGciOi.eyJ0ZW5hbnQi.sig-nature_';
    expect(readFragment(`#token=${token}&theme=dark&primary=%23A03050&radius=12&font=Georgia`)).toEqual({
      token,
      appearance: { scheme: 'dark', primary: '#A03050', radiusPx: 12, font: 'Georgia' },
    });
  });

  it.each(['', '#', '#section', '#token=', '#token=a b c d e f g', '#token=<script>alert(1)</script>'])(
    'without a token of its form carries none: %s',
    (hash) => {
      expect(readFragment(hash)).toEqual({ token: null, appearance: emptyAppearance });
    },
  );

  it.each([
    'theme=neon',
    'primary=red',
    'primary=%23fff;background:url(https://example.com)',
    'radius=999',
    'radius=-1',
    'font=x;}body{display:none',
    'font=url(https://example.com)',
  ])('leaves out what is not of its form: %s', (values) => {
    expect(readFragment(`#${values}`).appearance).toEqual(emptyAppearance);
  });
});
