import { describe, expect, it } from '@jest/globals';
import { readAllInOneSettings, withDefaultsOfNpmStart } from './settings.js';

describe('the settings of npm start', () => {
  it('guess nothing from a blank or an odd number', () => {
    const read = readAllInOneSettings({
      POSTEL_DATA_DIR: ' ',
      POSTEL_NATS_PORT: ' ',
      POSTEL_POSTGRES_PORT: '0x1539',
      POSTEL_PORT: '8e3',
      POSTEL_METRICS_PORT: '-0',
      POSTEL_HOST: ' ',
    });
    expect(read.ok ? [] : read.faults).toEqual([
      'POSTEL_DATA_DIR: must not be blank',
      'POSTEL_NATS_PORT: must be a whole number from 0 to 65535, not " "',
      'POSTEL_POSTGRES_PORT: must be a whole number from 0 to 65535, not "0x1539"',
      'POSTEL_PORT: must be a whole number from 0 to 65535, not "8e3"',
      'POSTEL_HOST: must not be blank',
      'POSTEL_METRICS_PORT: must be a whole number from 0 to 65535, not "-0"',
    ]);
  });

  it('allow plain HTTP to this machine, also where a variable is there and empty', () => {
    const own = { POSTEL_ALLOW_HTTP: 'true', POSTEL_STOP_GRACE_SECONDS: '0' };
    const loopback = { ...own, POSTEL_ALLOW_CIDRS: '127.0.0.0/8,::1/128' };
    expect(withDefaultsOfNpmStart({})).toEqual(loopback);
    expect(withDefaultsOfNpmStart({ POSTEL_ALLOW_HTTP: '', POSTEL_STOP_GRACE_SECONDS: '' })).toEqual(
      loopback,
    );
    expect(withDefaultsOfNpmStart({ POSTEL_ALLOW_HTTP: 'false' })).toMatchObject({
      POSTEL_ALLOW_HTTP: 'false',
    });
  });

  it('allow no network where the list of them is empty', () => {
    expect(withDefaultsOfNpmStart({ POSTEL_ALLOW_CIDRS: '' })).toMatchObject({ POSTEL_ALLOW_CIDRS: '' });
  });
});
