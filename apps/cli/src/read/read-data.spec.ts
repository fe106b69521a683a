import { describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { testTerminal } from '../terminal/terminal-for-tests.js';
import { readText } from './read-data.js';

describe('text that a command is given', () => {
  it('is what came', async () => {
    const terminal = testTerminal({ typed: '{"a":"é😀"}' });
    expect(await readText(terminal, '-', '--data')).toBe('{"a":"é😀"}');
  });

  it('is refused when it is not UTF-8, for it would be published changed', async () => {
    const input = Readable.from([Buffer.from([0x22, 0xff, 0x22])]);
    await expect(readText(testTerminal({ input }), '-', '--data')).rejects.toMatchObject({
      message: '--data is not UTF-8',
      exitCode: 2,
    });
  });
});
