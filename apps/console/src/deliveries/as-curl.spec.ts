import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { asCurl } from './as-curl.js';

describe('a request as curl', () => {
  it('comes out of a shell as it was, whatever is in it', () => {
    const body = `{"a":"it's $HOME \`id\` \\\\ \\"q\\" ö"}\n`;
    const text = asCurl({
      url: "https://example.com/a?b=c'd",
      headers: { 'x-a': "o'b", authorization: '***' },
      body,
    });
    // a function in its place tells what it was given
    const given = execFileSync('sh', ['-c', `curl() { printf '%s\\0' "$@"; }\n${text}`], {
      encoding: 'utf8',
    });
    expect(given.split('\0').slice(0, -1)).toEqual([
      '-i',
      '-X',
      'POST',
      "https://example.com/a?b=c'd",
      '-H',
      "x-a: o'b",
      '--data-binary',
      body,
    ]);
  });
});
