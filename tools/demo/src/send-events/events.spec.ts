import { describe, expect, it } from '@jest/globals';
import { channelsOfNth, isFor, lateCount, scenes } from '../manage-endpoints/scenes.js';
import { githubEvents } from './github-events.js';
import { orderEvents } from './order-events.js';
import { interleave } from './send-paced.js';

const run = '0a1b2c3d';
const channelsOf = (index: number, count: number) => channelsOfNth(run, index, count);

describe('the events of the demo', () => {
  it('are GitHub payloads of many types, as the API takes them', () => {
    const events = githubEvents({ run, count: null, channelsOf });
    expect(events.length).toBeGreaterThan(400);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    expect(new Set(events.map(({ type }) => type)).size).toBeGreaterThan(50);
    for (const { id, type, body, objectText } of events) {
      expect(type).toMatch(/^github\.[A-Za-z0-9_]+$/);
      expect(id).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
      expect(body).toContain(objectText);
      expect(JSON.parse(body)).toMatchObject({ id, type, data: { object: JSON.parse(objectText) } });
    }
  });

  it('begin again when more are wanted than there are', () => {
    const events = githubEvents({ run, count: 1_000, channelsOf });
    expect(new Set(events.map(({ id }) => id)).size).toBe(1_000);
  });

  it('are orders that know nothing of Postel', () => {
    for (const { type, body, objectText } of orderEvents(run, 12)) {
      expect(type).toMatch(/^order\.(created|updated|cancelled)$/);
      expect(body).toContain(objectText);
      expect(body).not.toMatch(/demo|channels|postel/i);
    }
  });

  it('reach every endpoint, and the one that answers 410 also at the end', () => {
    const github = githubEvents({ run, count: 80, channelsOf });
    const orders = orderEvents(run, 80);
    for (const scene of scenes) {
      expect([...github, ...orders].some((event) => isFor(scene, run, event))).toBe(true);
    }
    const late = github.slice(-lateCount(80));
    const gone = scenes.find(({ ending }) => ending === 'gone');
    expect(late.length).toBe(3);
    expect(late.every((event) => gone && isFor(gone, run, event))).toBe(true);
  });

  it('are mixed, each kind in its order', () => {
    expect(interleave([1, 2, 3, 4], [10, 20])).toEqual([1, 10, 2, 3, 20, 4]);
    expect(interleave([], [1, 2])).toEqual([1, 2]);
  });
});
