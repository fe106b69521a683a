import { describe, expect, it } from '@jest/globals';
import { parseRequest } from './parse-request.js';

const parsed = (text: string) => {
  const request = parseRequest(Buffer.from(text));
  return request && { headers: request.headers, body: request.body?.toString() ?? null };
};

describe('a pasted request', () => {
  it.each([
    ['CRLF', '\r\n'],
    ['LF', '\n'],
  ])('is raw HTTP with %s, its body byte for byte', (_name, end) => {
    const text = ['POST /hook HTTP/1.1', 'Host: x', 'Webhook-Id:  evt_1 ', '', '{"a": 1}\n'].join(end);
    expect(parsed(text)).toEqual({ headers: { host: 'x', 'webhook-id': 'evt_1' }, body: '{"a": 1}\n' });
  });

  it('keeps the bytes of a body that is no UTF-8', () => {
    const bytes = Buffer.concat([
      Buffer.from('POST / HTTP/1.1\r\na: b\r\n\r\n'),
      Buffer.from([0xff, 0x00, 0xe9]),
    ]);
    expect(parseRequest(bytes)?.body).toEqual(Buffer.from([0xff, 0x00, 0xe9]));
  });

  it('is bare header lines, without a body', () => {
    expect(parsed('webhook-id: evt_1\nwebhook-signature: v1,a=')).toEqual({
      headers: { 'webhook-id': 'evt_1', 'webhook-signature': 'v1,a=' },
      body: null,
    });
  });

  it('is the output of curl -v, of which only what was sent counts', () => {
    const text =
      '* Connected\n> POST / HTTP/1.1\n> Webhook-Id: evt_1\n>\n< HTTP/1.1 200 OK\n< Webhook-Id: no\n';
    expect(parsed(text)).toEqual({ headers: { 'webhook-id': 'evt_1' }, body: null });
  });

  const request = { url: 'http://x', headers: { 'Webhook-Id': 'evt_1' }, body: '{"a":1}' };
  it.each([
    ['an attempt', { number: 1, request }],
    [
      'a list of attempts, of which the last one is meant',
      [{ request: { headers: {}, body: 'no' } }, { request }],
    ],
    ['a page of attempts', { data: [{ request }], nextCursor: null }],
    ['headers and body', { headers: request.headers, body: request.body }],
  ])('is %s as JSON', (_name, value) => {
    expect(parsed(JSON.stringify(value))).toEqual({ headers: { 'webhook-id': 'evt_1' }, body: '{"a":1}' });
  });

  it('takes the first of a repeated header, as a receiver does', () => {
    expect(parsed('a: 1\nA: 2\n\nx')).toEqual({ headers: { a: '1' }, body: 'x' });
  });

  it.each(['', 'hello', '{"a":1}', '{not json', '[]'])('is not %j', (text) => {
    expect(parseRequest(Buffer.from(text))).toBeNull();
  });
});
