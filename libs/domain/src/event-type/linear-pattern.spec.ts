import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LinearPattern } from './linear-pattern.js';
import { PatternError } from './pattern-syntax.js';

const atoms = fc.constantFrom(
  'a',
  'b',
  'c',
  '.',
  '\\d',
  '\\w',
  '\\s',
  '[ab]',
  '[^a]',
  '[a-c0-9]',
  '\\.',
  '\\u0061',
  '\\p{L}',
  '😀',
  '\\u{1F600}',
  '[\\]a]',
);
const quantifiers = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{0,2}', '{1,}', '*?', '+?');
const { pattern } = fc.letrec<{ pattern: string; term: string; sequence: string }>((tie) => ({
  term: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.tuple(atoms, quantifiers).map(([atom, quantifier]) => atom + quantifier),
    fc.constantFrom('^', '$', '\\b', '\\B'),
    fc
      .tuple(fc.constantFrom('(', '(?:', '(?<n>'), tie('pattern'), quantifiers)
      .map(([open, inner, quantifier]) => `${open}${inner})${quantifier}`),
  ),
  sequence: fc.array(tie('term'), { maxLength: 3 }).map((terms) => terms.join('')),
  pattern: fc.array(tie('sequence'), { minLength: 1, maxLength: 2 }).map((options) => options.join('|')),
}));
const texts = fc.string({
  unit: fc.constantFrom('a', 'b', 'c', '1', ' ', '.', '_', '\n', '😀', 'é', '\ud83d'),
  maxLength: 12,
});

/** Two groups of one name are none. */
function isPattern(source: string): boolean {
  try {
    return new RegExp(source, 'u') !== null;
  } catch {
    return false;
  }
}

/**
 * What RegExp finds, from the beginning of a character on. By itself V8 also looks in the middle of those beyond the
 * BMP, where `\\B` holds, which ECMAScript does not (AdvanceStringIndex).
 */
function isFoundBy(source: string, text: string): boolean {
  const expression = new RegExp(source, 'uy');
  let index = 0;
  for (const character of [...text, '']) {
    expression.lastIndex = index;
    if (expression.test(text)) return true;
    index += character.length;
  }
  return false;
}

describe('LinearPattern', () => {
  it('finds what RegExp finds', () => {
    fc.assert(
      fc.property(pattern, texts, (source, text) => {
        fc.pre(isPattern(source));
        const found = new LinearPattern(source).test(text);
        expect([source, text, found]).toEqual([source, text, isFoundBy(source, text)]);
      }),
      { numRuns: 500, endOnFailure: true },
    );
  });

  it.each([
    ['^[A-Z]{2}\\d{2}[A-Z0-9]{11,30}$', 'DE89370400440532013000', true],
    ['^[A-Z]{2}\\d{2}[A-Z0-9]{11,30}$', 'de89370400440532013000', false],
    ['^(?:[a-z0-9-]+\\.)+[a-z]{2,}$', 'mail.example.com', true],
    ['', '', true],
    ['ö+', 'böö', true],
    ['\\B', 'b😀_', false],
    ['\\B', '😀', true],
    ['^\\w\\W_$', 'b😀_', true],
  ])('reads %s as people write it: %s', (source, text, expected) => {
    expect(new LinearPattern(source).test(text)).toBe(expected);
  });

  it.each(['(a+)+$', '(a|aa)+$', '(.*)*x', '^(([a-z])+.)+[A-Z]([a-z])+$', 'a*a*a*a*a*a*b', '\\s+$'])(
    'comes to an end with %s, on which RegExp stands still',
    (source) => {
      const hostile = `${'a'.repeat(20_000)}${' '.repeat(20_000)}!`;
      expect(new LinearPattern(source).test(hostile)).toBe(false);
    },
  );

  it.each([
    ['(?=a)b', /lookahead/],
    ['(?<!a)b', /lookahead/],
    ['(a)\\1', /references/],
    ['(?<x>a)\\k<x>', /references/],
    ['(', /Invalid regular expression/],
    ['(a{100}){100}', /too large/],
    ['a{5000}', /too large/],
  ])('refuses %s', (source, message) => {
    expect(() => new LinearPattern(source)).toThrow(PatternError);
    expect(() => new LinearPattern(source)).toThrow(message);
  });
});
