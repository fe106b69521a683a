import { describe, expect, it } from '@jest/globals';
import { readReceiveOptions } from './receive-options.js';

const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

describe('the options of receive', () => {
  it('listens on 9000, checks nothing and answers 200 when nothing is said', () => {
    expect(readReceiveOptions([])).toEqual({
      kind: 'run',
      options: { port: 9000, secrets: [], status: 200, failFirst: null, delayMs: 0 },
    });
  });

  it('takes several secrets, and fails with 503 where no other status is given', () => {
    const read = readReceiveOptions([
      '--secret',
      secret,
      '--secret',
      secret,
      '--fail-first',
      '2',
      '--delay',
      '5',
    ]);
    expect(read).toMatchObject({
      options: { secrets: [secret, secret], failFirst: 2, status: 503, delayMs: 5 },
    });
  });

  it.each([
    [['--port', 'x'], '--port wants a whole number from 0 to 65535, not "x"'],
    [['--secret', 'hunter2'], '--secret wants whsec_ followed by base64 of 24 to 64 bytes'],
    [['--colour'], "Unknown option '--colour'"],
    [['--status', '99', '--delay', '-1'], "Option '--delay' argument is ambiguous"],
  ])('tells what is wrong with %j', (args, message) => {
    expect(readReceiveOptions(args)).toMatchObject({
      kind: 'wrong',
      message: expect.stringContaining(message),
    });
  });
});
