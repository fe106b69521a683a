import { describe, expect, it } from '@jest/globals';
import { isDatabaseUnavailable } from './errors.js';

const failed = (code: string) => Object.assign(new Error('no'), { code });

describe('an error of PostgreSQL', () => {
  it.each([
    ['53100', 'its disk is full'],
    ['53200', 'it is out of memory'],
    ['53300', 'it has no connection left, or none for this role'],
    ['58030', 'it cannot read its disk'],
    ['28P01', 'the password was changed'],
    ['3D000', 'the database is being restored'],
    ['40001', 'two wanted the same'],
    ['40P01', 'two waited for each other'],
    ['55P03', 'somebody holds a lock'],
    ['57014', 'somebody holds a lock for as long as a statement may take'],
    ['57P01', 'an administrator ended the connection'],
    ['25006', 'it is a replica'],
    ['25P03', 'the transaction was idle for too long'],
  ])('%s, since %s, passes', (code) => {
    expect(isDatabaseUnavailable(failed(code))).toBe(true);
  });

  it.each(['23505', '22P02', '42601', '42P01'])('%s is ours', (code) => {
    expect(isDatabaseUnavailable(failed(code))).toBe(false);
  });
});
