import { describe, expect, it } from '@jest/globals';
import { isAtLeast, oldestNatsServer, parseVersion } from './nats-version.js';

describe('the version of nats-server', () => {
  it.each([
    ['nats-server: v2.15.1\n', { major: 2, minor: 15, patch: 1 }],
    ['nats-server: v2.16.0-RC.2', { major: 2, minor: 16, patch: 0 }],
    ['nats-server: v10.0.12', { major: 10, minor: 0, patch: 12 }],
  ])('is read from %j', (text, version) => {
    expect(parseVersion(text)).toEqual(version);
  });

  it('is not read where there is none', () => {
    expect(parseVersion('usage: nats-server [options]')).toBeUndefined();
  });

  it.each([
    ['2.15.1', true],
    ['2.15.0', false],
    ['2.9.27', false],
    ['1.99.99', false],
    ['2.16.0', true],
    ['3.0.0', true],
  ])('%s is new enough: %s', (text, expected) => {
    const version = parseVersion(text);
    expect(version && isAtLeast(version, oldestNatsServer)).toBe(expected);
  });
});
