import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDeeperThan, memberOf, memberSpans, topLevelItems, topLevelMembers } from './json-slices.js';

const white = fc.stringMatching(/^[ \t\n\r]{0,2}$/);
const stringText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 4 }).map((text) => JSON.stringify(text).slice(1, -1)),
      fc.constantFrom(
        '\\"',
        '\\\\',
        '\\/',
        '\\n',
        '\\u0061',
        '\\ud83d\\ude00',
        '\\ud800',
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
      ),
    ),
    { maxLength: 5 },
  )
  .map((parts) => `"${parts.join('')}"`);
const scalarText = fc.oneof(
  stringText,
  fc.constantFrom('true', 'false', 'null', '12345678901234567890', '1.0', '-0', '1E400', '0.1e-7'),
  fc.double({ noDefaultInfinity: true, noNaN: true }).map((value) => JSON.stringify(value)),
);
const keyText = fc.oneof(
  stringText,
  fc.constantFrom('"__proto__"', '"constructor"', '"a"', '"\\u0061"', '""'),
);

function spaced(parts: readonly string[], open: string, close: string): fc.Arbitrary<string> {
  const spaces = fc.array(white, { minLength: parts.length * 2 + 1, maxLength: parts.length * 2 + 1 });
  return spaces.map((gaps) => {
    const inner = parts.map((part, index) => `${gaps[2 * index]}${part}${gaps[2 * index + 1]}`);
    return `${open}${parts.length === 0 ? gaps[0] : inner.join(',')}${close}`;
  });
}

const { value: valueText } = fc.letrec<{ value: string; list: string; object: string; member: string }>(
  (tie) => ({
    value: fc.oneof({ maxDepth: 4, withCrossShrink: true }, scalarText, tie('list'), tie('object')),
    list: fc.array(tie('value'), { maxLength: 4 }).chain((items) => spaced(items, '[', ']')),
    object: fc.array(tie('member'), { maxLength: 4 }).chain((members) => spaced(members, '{', '}')),
    member: fc
      .tuple(keyText, white, white, tie('value'))
      .map(([key, before, after, value]) => `${key}${before}:${after}${value}`),
  }),
);

const pairs = fc.array(fc.tuple(keyText, valueText), { maxLength: 6 });

describe('topLevelMembers', () => {
  it('gives every member as the source text it was written as, the last of a repeated key', () => {
    const objects = pairs.chain((members) =>
      fc
        .tuple(
          white,
          spaced(
            members.map(([key, value]) => `${key}:${value}`),
            '{',
            '}',
          ),
          white,
        )
        .map(([before, text, after]) => ({ members, text: before + text + after })),
    );
    fc.assert(
      fc.property(objects, ({ members, text }) => {
        // each key parsed alone: see the next test
        expect(topLevelMembers(text)).toEqual(
          new Map(members.map(([key, value]) => [JSON.parse(key), value])),
        );
      }),
    );
  });

  // https://github.com/nodejs/node/issues/63785: V8 took an escaped key for one that another text had in its place
  it('reads an escaped key right after a text with a backslash in its place', () => {
    JSON.parse('{"h":[],"\\\\":0}');
    expect([...topLevelMembers('{"h":1,"\\"":2}').keys()]).toEqual(['h', '"']);
    expect([...topLevelMembers('{"h":1,"\\u0061":2}').keys()]).toEqual(['h', 'a']);
  });

  it('gives back what JSON.stringify wrote, compact or indented', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const written = new Map(Object.entries(object).map(([key, value]) => [key, JSON.stringify(value)]));
        expect(topLevelMembers(JSON.stringify(object))).toEqual(written);
        const indented = topLevelMembers(JSON.stringify(object, null, 2));
        expect([...indented.keys()]).toEqual([...written.keys()]);
      }),
    );
  });

  it('finds nothing in what is no object', () => {
    fc.assert(
      fc.property(valueText, (text) => {
        const value: unknown = JSON.parse(text);
        fc.pre(typeof value !== 'object' || value === null || Array.isArray(value));
        expect(memberSpans(text)).toEqual([]);
      }),
    );
  });

  it('takes nesting of any depth', () => {
    const deep = `${'[{"a":'.repeat(10_000)}1${'}]'.repeat(10_000)}`;
    expect(topLevelMembers(`{"x": ${deep} ,"y":2}`)).toEqual(
      new Map([
        ['x', deep],
        ['y', '2'],
      ]),
    );
  });

  it('ends on any text, JSON or not', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '\\', ' ', 'a', '1'), { maxLength: 30 }),
        (parts) => {
          const text = parts.join('');
          for (const read of [topLevelMembers, topLevelItems, (given: string) => isDeeperThan(given, 40)]) {
            try {
              read(text);
            } catch (error) {
              expect(error).toBeInstanceOf(SyntaxError);
            }
          }
        },
      ),
    );
  });
});

describe('memberOf', () => {
  it('reads one member, and knows when there is none', () => {
    expect(memberOf('{ "a" : 1.0 , "b":{"a":2}, "a":3e0 }', 'a')).toBe('3e0');
    expect(memberOf('{"b":{"a":2}}', 'a')).toBeUndefined();
    expect(memberOf('{"a":1}', 'toString')).toBeUndefined();
  });
});

describe('topLevelItems', () => {
  it('gives every item as it was written', () => {
    const lists = fc
      .array(valueText, { maxLength: 6 })
      .chain((items) => spaced(items, '[', ']').map((text) => ({ items, text })));
    fc.assert(
      fc.property(lists, ({ items, text }) => {
        expect(topLevelItems(text)).toEqual(items);
      }),
    );
  });
});

describe('isDeeperThan', () => {
  it('counts as a recursive parser would', () => {
    const depthOf = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
    // without repeated keys, of which JSON.parse keeps one
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat(7), (value, limit) => {
        expect(isDeeperThan(JSON.stringify(value), limit)).toBe(depthOf(value) > limit);
      }),
    );
  });
});
