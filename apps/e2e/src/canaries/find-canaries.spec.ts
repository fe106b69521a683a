import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { escapedCanaries, findCanaries } from './find-canaries.js';

const bytes = randomBytes(32);
const canary = { name: 'secret', forms: [`whsec_${bytes.toString('base64')}`, bytes] };
const find = (text: string | Buffer) =>
  findCanaries([canary], [{ place: 'log:ingest', bytes: Buffer.from(text as string) }]).map(
    ({ encoding }) => encoding,
  );

describe('findCanaries', () => {
  it.each(['', 'a', 'ab', 'abc'])('finds a leak in any encoding, %j before it', (before) => {
    const line = Buffer.from(`${before}{"secret":"${canary.forms[0]?.toString()}"}`);
    expect(find(line)).toEqual(['plain']);
    expect(find(`x${line.toString('hex')}`)).toEqual(['hex']);
    expect(find(line.toString('hex').toUpperCase())).toEqual(['hex']);
    expect(find(line.toString('base64'))).toEqual(['base64']);
    expect(find(line.toString('base64url'))).toEqual(['base64']);
    expect(find(Buffer.concat([Buffer.from(before), bytes, Buffer.from('z')]))).toEqual(['plain']);
    expect(find(Buffer.concat([Buffer.from(before), bytes]).toString('base64url'))).toEqual(['base64']);
    expect(find(bytes.toString('hex'))).toEqual(['hex']);
  });

  it('finds nothing where nothing is', () => {
    expect(find(randomBytes(100_000).toString('base64'))).toEqual([]);
  });
});

describe('escapedCanaries', () => {
  it('names those that are where they do not belong', () => {
    const payload = { name: 'payload', forms: ['canary-payload-0123456789'], allowed: ['stream:EVENTS'] };
    const hay = (place: string) => ({ place, bytes: Buffer.from('… canary-payload-0123456789 …') });
    expect(escapedCanaries([payload], [hay('stream:EVENTS'), hay('stream:LOG'), hay('log:ingest')])).toEqual([
      { canary: 'payload', place: 'stream:LOG', encoding: 'plain' },
      { canary: 'payload', place: 'log:ingest', encoding: 'plain' },
    ]);
  });
});
