import { describe, expect, it } from '@jest/globals';
import { PullSize } from './pull-size.js';

const kilobyte = 1_024;
const megabyte = 1_024 * kilobyte;

describe('PullSize', () => {
  it('asks for as many messages as there is room for while each brings itself', () => {
    const size = new PullSize(1_000);
    expect(size.messagesFor(1_000)).toBe(1_000);
    size.note(1, kilobyte);
    expect(size.messagesFor(300)).toBe(300);
    expect(size.messagesFor(0)).toBe(0);
  });

  it('asks for fewer at once when packs come, and for more again little by little', () => {
    const size = new PullSize(1_000);
    size.note(100, 70 * kilobyte);
    expect(size.messagesFor(1_000)).toBe(10);
    expect(size.messagesFor(250)).toBe(2);
    size.note(1, kilobyte);
    expect(size.messagesFor(1_000)).toBeLessThan(20);
    for (let n = 0; n < 200; n++) size.note(1, kilobyte);
    expect(size.messagesFor(1_000)).toBe(999);
  });

  it('asks for one message where there is room for any, however much it may bring', () => {
    const size = new PullSize(50);
    size.note(128, 90 * kilobyte);
    expect(size.messagesFor(50)).toBe(1);
    expect(size.messagesFor(1)).toBe(1);
    expect(size.messagesFor(0)).toBe(0);
    expect(size.messagesFor(-100)).toBe(0);
  });

  it('takes few bytes where messages are small, and never so few that the largest does not fit', () => {
    const size = new PullSize(1_000);
    expect(size.maxBytes).toBeGreaterThan(2 * megabyte);
    expect(size.maxBytes).toBeLessThan(3 * megabyte);
    for (let n = 0; n < 100; n++) size.note(1, 100 * kilobyte);
    expect(size.maxBytes).toBe(8 * megabyte);
    for (let n = 0; n < 300; n++) size.note(100, 60 * kilobyte);
    expect(size.maxBytes).toBeLessThan(3 * megabyte);
  });
});
