import { describe, expect, test } from '@jest/globals';
import { HttpFrames } from './http-frames.js';

const message = (body: string) =>
  `POST /e3 HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

describe('HTTP frames', () => {
  test('however the bytes are cut, the messages come out whole', () => {
    const bodies = ['first', '', 'third with\r\n\r\nan empty line'];
    const stream = Buffer.from(bodies.map(message).join(''));
    for (let size = 1; size <= stream.length; size++) {
      const seen: string[] = [];
      const frames = new HttpFrames((bytes, start, bodyStart, end) => {
        expect(String.fromCharCode(bytes[start + 7] as number)).toBe('3');
        seen.push(bytes.toString('latin1', bodyStart, end));
      });
      for (let at = 0; at < stream.length; at += size) frames.push(stream.subarray(at, at + size));
      expect(seen).toEqual(bodies);
    }
  });

  test('an answer without a body', () => {
    const seen: number[] = [];
    const frames = new HttpFrames((bytes, start) =>
      seen.push(Number(bytes.toString('latin1', start + 9, start + 12))),
    );
    frames.push(
      Buffer.from('HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}'),
    );
    expect(seen).toEqual([204, 202]);
  });
});
