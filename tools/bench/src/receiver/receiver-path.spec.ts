import { describe, expect, test } from '@jest/globals';
import { kindOfPath, numberInPath, receiverPath } from './receiver-path.js';

const read = (path: string) => {
  const before = 'the request before it';
  const bytes = Buffer.from(`${before}POST ${path} HTTP/1.1\r\n`);
  return [kindOfPath(bytes, before.length), numberInPath(bytes, before.length)];
};

describe('the path of a receiver', () => {
  test('says how it behaves, and which endpoint it is', () => {
    expect(read(receiverPath.answering(0))).toEqual(['answers', 0]);
    expect(read(receiverPath.answering(10_234))).toEqual(['answers', 10_234]);
    expect(read(receiverPath.hanging(19))).toEqual(['hangs', 19]);
    expect(read(receiverPath.delaying(50, 7))).toEqual(['delays', 50]);
  });

  test('of someone else is answered', () => {
    expect(read('/')).toEqual(['answers', 0]);
    expect(read('/elsewhere')).toEqual(['answers', 0]);
  });
});
