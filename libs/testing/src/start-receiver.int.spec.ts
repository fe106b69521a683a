import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startReceiver, waitUntil, type Receiver } from './index.js';

describe('the receiver of a test', () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(() => receiver.close());

  it('keeps each request with the bytes as they came', async () => {
    const body = Buffer.from([0x7b, 0xff, 0x0a]);
    const response = await fetch(`${receiver.url}/hooks?a=1`, {
      method: 'POST',
      headers: { 'x-one': '1' },
      body,
    });
    expect(response.status).toBe(200);
    const [request] = await receiver.waitFor(1);
    expect(request).toMatchObject({
      method: 'POST',
      path: '/hooks?a=1',
      headers: { 'x-one': '1' },
      rawBody: body,
    });
  });

  it('answers as it is told, by the number of the request', async () => {
    receiver.setAnswer((_, requestNumber) =>
      requestNumber < 3
        ? { status: 503, headers: { 'retry-after': '1' } }
        : { status: 202, body: 'taken', delayMs: 20 },
    );
    const statuses: number[] = [];
    for (let i = 0; i < 3; i += 1) statuses.push((await fetch(receiver.url)).status);
    expect(statuses).toEqual([503, 503, 202]);
  });

  it('resets and hangs when told to, and closes all the same', async () => {
    receiver.setAnswer(() => 'reset');
    await expect(fetch(receiver.url)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    receiver.setAnswer(() => 'hang');
    const hanging = fetch(receiver.url).catch(() => 'broken off');
    await receiver.waitFor((requests) => requests.length === 2);
    await receiver.close();
    expect(await hanging).toBe('broken off');
  });

  it('tells what came when it waited in vain', async () => {
    await fetch(`${receiver.url}/one`);
    await expect(receiver.waitFor(2, 30)).rejects.toThrow(
      'Waited 30 ms for 2 requests; last: false; received 1: GET /one',
    );
  });
});

describe('waiting', () => {
  it('gives the answer once there is one, and takes an error for not yet', async () => {
    let asked = 0;
    const answer = await waitUntil(() => {
      asked += 1;
      if (asked < 3) throw new Error('not yet');
      return asked;
    });
    expect(answer).toBe(3);
  });

  it('ends with the description and the last answer', async () => {
    const waiting = waitUntil(() => 0, { timeoutMs: 20, describe: 'the count to rise' });
    await expect(waiting).rejects.toThrow('Waited 20 ms for the count to rise; last: 0');
  });
});
