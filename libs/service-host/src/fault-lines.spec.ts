import { describe, expect, it } from '@jest/globals';
import { ConsoleMissing } from '@postel/http-api';
import { StartFault } from '@postel/process';
import { faultLines } from './run-service.js';

describe('why a process did not start', () => {
  it('is one line for each fault', () => {
    expect(faultLines(new StartFault(['NATS_URL: required', 'DATABASE_URL: required']))).toEqual([
      'NATS_URL: required',
      'DATABASE_URL: required',
    ]);
  });

  it('is one line, and no stack, where the console is missing', () => {
    expect(faultLines(new ConsoleMissing('/nowhere'))).toEqual([
      'POSTEL_CONSOLE_DIR: there is no console in /nowhere (no index.html)',
    ]);
  });

  it('keeps the stack of a bug', () => {
    expect(faultLines(new TypeError('x is not a function'))[0]).toContain('fault-lines.spec');
  });
});
