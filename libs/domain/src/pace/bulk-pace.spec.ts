import { beforeEach, describe, expect, it } from '@jest/globals';
import { BulkPace } from './bulk-pace.js';

let nowMs: number;
let pace: BulkPace;
let due: number[];
beforeEach(() => {
  nowMs = 1_000_000;
  pace = new BulkPace({ nowMs: () => nowMs });
  due = [];
});

/** Asks as a job does, while live deliveries wait as `waits` says by how many of the bulk work are due in that second. */
function run(seconds: number, waits: (bulkPerSecond: number) => readonly number[] = () => []): void {
  const untilMs = nowMs + seconds * 1_000;
  for (; nowMs < untilMs; nowMs += 250) {
    due.push(...pace.dueTimes(pace.room()));
    const bulk = due.filter((dueAtMs) => dueAtMs > nowMs - 250 && dueAtMs <= nowMs).length * 4;
    for (const waitedMs of waits(bulk)) pace.observe({ startedAtMs: nowMs, waitedMs });
  }
}

const dueWithin = (fromMs: number, untilMs: number) =>
  due.filter((dueAtMs) => dueAtMs >= fromMs && dueAtMs < untilMs).length;
const live = (waitedMs: number) => Array.from({ length: 75 }, (_, i) => waitedMs + (i % 5));

describe('the pace of work in bulk', () => {
  it('begins with a look at what is undisturbed, and is even', () => {
    run(2, () => live(5));
    expect(Math.min(...due)).toBeGreaterThanOrEqual(1_001_000);
    const groups = [...Map.groupBy(due, (dueAtMs) => dueAtMs)];
    expect(groups.length).toBeGreaterThan(5);
    for (const [, group] of groups) expect(group.length).toBeLessThanOrEqual(5);
    const gaps = groups.slice(1).map(([dueAtMs], i) => dueAtMs - (groups[i]?.[0] ?? NaN));
    expect(new Set(gaps)).toEqual(new Set([200]));
  });

  it('grows to the most when nothing live is delivered', () => {
    run(40);
    expect(pace.rate).toBe(2_000);
    expect(pace.room()).toBeLessThanOrEqual(500);
  });

  it('grows as long as what is live does not wait longer', () => {
    run(100, () => live(5));
    expect(pace.rate).toBeGreaterThan(500);
  });

  it('settles where live deliveries begin to wait longer', () => {
    run(200, (bulk) => live(bulk > 150 ? 5 + bulk / 20 : 5));
    const perSecond = dueWithin(nowMs - 100_000, nowMs) / 100;
    expect(perSecond).toBeGreaterThan(60);
    expect(perSecond).toBeLessThan(150);
  });

  it('sees what few of the live ones wait longer', () => {
    const burst = Array.from({ length: 2 }, () => 40);
    run(200, (bulk) => [...live(5), ...(bulk > 100 ? burst : [])]);
    const perSecond = dueWithin(nowMs - 100_000, nowMs) / 100;
    expect(perSecond).toBeGreaterThan(30);
    expect(perSecond).toBeLessThan(120);
  });

  it('sees what is less than the millisecond in which times are told', () => {
    // 7 ms, and of a hundred as many more 8 ms as bulk deliveries are due in a second
    run(300, (bulk) => Array.from({ length: 100 }, (_, i) => (i < bulk ? 8 : 7)));
    const perSecond = dueWithin(nowMs - 100_000, nowMs) / 100;
    expect(perSecond).toBeGreaterThan(10);
    expect(perSecond).toBeLessThan(50);
  });

  it('is slow, and never nothing, beside those that always wait longer with it', () => {
    run(100, (bulk) => live(bulk > 0 ? 100 : 5));
    expect(pace.rate).toBeCloseTo(10);
    expect(dueWithin(nowMs - 30_000, nowMs)).toBeGreaterThan(200);
  });

  it('does not take a pause of live traffic for its end', () => {
    run(40, (bulk) => live(bulk > 60 ? 5 + bulk : 5));
    const before = pace.rate;
    run(3);
    expect(pace.rate).toBeLessThan(1.5 * before);
    run(20);
    expect(pace.rate).toBeGreaterThan(1_000);
  });

  it('makes way at once for what begins to be live', () => {
    run(40);
    expect(pace.rate).toBe(2_000);
    run(3, (bulk) => live(bulk > 100 ? 5 + bulk / 10 : 5));
    expect(pace.rate).toBeLessThan(30);
  });

  it('learns what is undisturbed while nobody asks, and forgets what was beside it before', () => {
    run(20, (bulk) => live(bulk > 0 ? 9 : 8));
    nowMs += 5_000; // paused: all that is due is over
    for (let fromMs = nowMs; nowMs < fromMs + 20_000; nowMs += 250)
      for (const waitedMs of live(5)) pace.observe({ startedAtMs: nowMs, waitedMs });
    run(30, (bulk) => live(bulk > 0 ? 9 : 5));
    expect(pace.rate).toBeLessThan(11);
  });

  it('does not slow down for one bad moment', () => {
    run(60, () => live(5));
    const { rate } = pace;
    run(1, () => live(50));
    run(5, () => live(5));
    expect(pace.rate).toBeGreaterThan(rate);
  });

  it.each([-10_000, -20, 0])(
    'sees what waits longer where the clocks of processes are %i ms apart',
    (skewMs) => {
      run(100, (bulk) => live(skewMs + (bulk > 0 ? 100 : 5)));
      expect(pace.rate).toBeCloseTo(10);
    },
  );

  it('is not misled by live traffic that is slow by itself', () => {
    run(60, () => live(300));
    expect(pace.rate).toBeGreaterThan(500);
  });

  it('pauses every 15 s to look again', () => {
    run(60, () => live(5));
    // a second, less what the last before it is put off so as to be due with others
    const silences = due.slice(1).filter((dueAtMs, i) => dueAtMs - (due[i] as number) >= 900);
    expect(silences.length).toBeGreaterThanOrEqual(3);
  });

  it('makes a page and a second ahead', () => {
    expect(pace.room()).toBeGreaterThanOrEqual(50);
    for (let i = 0; i < 20; i++) due.push(...pace.dueTimes(pace.room()));
    expect(Math.max(...due)).toBeLessThanOrEqual(nowMs + 4_700); // 50 of 20 a second, a second more, and a pause
    expect(pace.room()).toBe(0);
    nowMs += 3_600_000;
    expect(pace.room()).toBeGreaterThan(0);
    expect(pace.dueTimes(1)[0]).toBeGreaterThanOrEqual(nowMs);
  });
});
