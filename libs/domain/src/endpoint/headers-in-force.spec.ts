import { describe, expect, it } from '@jest/globals';
import { noSecrets, type CustomHeaders, type EndpointSecrets, type SealedSecret } from '@postel/contracts';
import fc from 'fast-check';
import {
  hasHeadersOf,
  headersInForce,
  replacedHeaders,
  sealedClearHeaders,
  withoutSupersededHeaders,
} from './headers-in-force.js';

const sealed = (name: string) => ({ wrappedKey: name }) as unknown as SealedSecret;
const [a, b, c] = [sealed('a'), sealed('b'), sealed('c')];
const told = (setAtMs: number): CustomHeaders => ({ names: [], setAtMs });
const first: EndpointSecrets = { ...noSecrets, secrets: [sealed('secret')], headers: a, headersSetAtMs: 10 };
const replace = (from: EndpointSecrets, to: SealedSecret | null, toldAtMs: number, nowMs = 20) =>
  replacedHeaders(from, to, { toldAtMs, nowMs });

describe('headers of an endpoint', () => {
  it('are in force from when it tells of them, and those before until then', () => {
    const next = replace(first, b, 10);
    expect(next.headersSetAtMs).toBe(20);
    expect(headersInForce(next, 10)).toBe(a);
    expect(headersInForce(next, 20)).toBe(b);
  });

  it('may be none, before and after', () => {
    const none = replace(first, null, 10);
    expect([headersInForce(none, 10), headersInForce(none, 20)]).toEqual([a, null]);
    const again = replace(none, b, 20, 30);
    expect([headersInForce(again, 20), headersInForce(again, 30)]).toEqual([null, b]);
    const { headersSetAtMs: _, ...never } = { ...first, headers: null };
    const set = replace({ ...never, headersSetAtMs: 0 }, b, 0);
    expect([headersInForce(set, 0), headersInForce(set, 20)]).toEqual([null, b]);
  });

  it('that were never told leave those in force that were', () => {
    const brokenOff = replace(first, b, 10);
    const next = replace(brokenOff, c, 10, 30);
    expect([headersInForce(next, 10), headersInForce(next, 30)]).toEqual([a, c]);
  });

  it('are each told at another time, also within a millisecond and by clocks that differ', () => {
    const times = [first.headersSetAtMs];
    let secrets = first;
    for (const nowMs of [10, 10, 5]) {
      const next = replace(secrets, b, Number(times.at(-1)), nowMs);
      times.push((secrets = next).headersSetAtMs);
    }
    expect(times).toEqual([10, 11, 12, 13]);
  });

  it('of two changes at once are those of whichever is told', () => {
    const both = replace(replace(first, b, 10), c, 10, 20);
    expect(both.headersSetAtMs).toBe(21);
    expect([10, 20, 21].map((atMs) => headersInForce(both, atMs))).toEqual([a, b, c]);
  });

  it('of an earlier version belong to whatever is told, and then to what was told', () => {
    const { headersSetAtMs: _, ...old } = first;
    expect([headersInForce(old, 0), headersInForce(old, 7)]).toEqual([a, a]);
    expect([hasHeadersOf(old, 7), hasHeadersOf(first, 7)]).toEqual([true, false]);
    const next = replace(old, b, 7);
    expect([headersInForce(next, 7), headersInForce(next, 20)]).toEqual([a, b]);
  });

  it('are the newest where none were told', () => {
    expect(headersInForce(first, 99)).toBe(a);
    const next = replace(first, b, 99);
    expect([headersInForce(next, 99), headersInForce(next, 100)]).toEqual([a, b]);
  });

  it('go once later ones are told, and not before', () => {
    const next = replace(replace(first, b, 10), c, 10, 30);
    expect(withoutSupersededHeaders(next, told(10))).toBe(next);
    expect(withoutSupersededHeaders(next, undefined)).toBe(next);
    expect(withoutSupersededHeaders(next, told(99))).toBe(next);
    const second = withoutSupersededHeaders(next, told(20));
    expect([10, 20, 30].map((atMs) => hasHeadersOf(second, atMs))).toEqual([false, true, true]);
    expect(withoutSupersededHeaders(next, told(30))).toEqual({ ...first, headers: c, headersSetAtMs: 30 });
    expect(withoutSupersededHeaders(first, told(10))).toBe(first);
    expect(withoutSupersededHeaders(noSecrets, told(10))).toBe(noSecrets);
  });

  it('in force are what was told last, whatever breaks off and however often', () => {
    const change = fc.record({ isTold: fc.boolean(), isSwept: fc.boolean(), nowMs: fc.nat(50) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        let [secrets, present, toldAtMs] = [first, a, 10];
        for (const [index, { isTold, isSwept, nowMs }] of changes.entries()) {
          const next = replace(secrets, sealed(`${index}`), toldAtMs, nowMs);
          secrets = next;
          if (isTold) [present, toldAtMs] = [next.headers as SealedSecret, next.headersSetAtMs];
          if (isSwept) secrets = withoutSupersededHeaders(secrets, told(toldAtMs));
          expect(headersInForce(secrets, toldAtMs)).toBe(present);
          expect(secrets.earlierHeaders?.length ?? 0).toBeLessThanOrEqual(5);
        }
      }),
    );
  });

  it('that 0.1.0 kept in the clear are sealed for what it told, beside those of a change that broke off', () => {
    const { headersSetAtMs: _, ...old } = { ...first, headers: null };
    expect(sealedClearHeaders(old, a)).toEqual({ ...first, headersSetAtMs: 0 });
    expect(sealedClearHeaders({ ...old, headers: b }, a)).toBeNull();
    expect(sealedClearHeaders(noSecrets, a)).toBeNull();
    const brokenOff = replace(old, null, 0);
    const both = sealedClearHeaders(brokenOff, a) as EndpointSecrets;
    expect([headersInForce(both, 0), headersInForce(both, 20)]).toEqual([a, null]);
    expect(sealedClearHeaders(both, a)).toBeNull();
    expect(sealedClearHeaders(withoutSupersededHeaders(brokenOff, told(20)), a)).toBeNull();
  });
});
