import { afterEach, describe, expect, it } from '@jest/globals';
import { generateSecret, signHeaders, signingKeyOf } from '@postel/signing';
import { coloursFor } from './colours.js';
import type { ReceiveOptions } from './receive-options.js';
import { startPrintingReceiver, type PrintingReceiver } from './start-printing-receiver.js';

const secret = generateSecret(Buffer.alloc(32, 7));
const plain = coloursFor({}, {});
const defaults: ReceiveOptions = { port: 0, secrets: [secret], status: 200, failFirst: null, delayMs: 0 };
const order = '{"id":"evt_1","type":"order.created","data":{"object":{"amount":9999}}}';

describe('the receiver', () => {
  let receiver: PrintingReceiver;
  let printed: string[];

  const start = async (options: Partial<ReceiveOptions> = {}): Promise<void> => {
    printed = [];
    receiver = await startPrintingReceiver({
      options: { ...defaults, ...options },
      colours: plain,
      print: (text) => printed.push(text),
    });
  };
  const post = (body: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${receiver.url}/hook?x=1`, { method: 'POST', body, headers });
  const signed = (body: string, messageId = 'evt_1'): Record<string, string> =>
    signHeaders({
      schemes: ['standard', 'timestamp-hex'],
      keys: [signingKeyOf(secret)],
      messageId,
      deliveryId: 'dlv_1',
      attemptNumber: 2,
      timestampSec: Math.floor(Date.now() / 1_000),
      body: Buffer.from(body),
    });

  afterEach(() => receiver.close());

  it('prints who came, with what, and that both signatures hold', async () => {
    await start();
    expect((await post(order, signed(order))).status).toBe(200);
    const [text = ''] = printed;
    for (const part of ['POST /hook?x=1', 'order.created', 'evt_1', 'attempt 2', '71 bytes', '→ 200']) {
      expect(text).toContain(part);
    }
    expect(text).toContain('✓ standard  ✓ timestamp-hex');
    expect(text).toContain('"amount": 9999');
    expect(receiver.counts).toEqual({ requests: 1, verified: 1, refused: 0, unchecked: 0 });
  });

  it('says of each family that it does not hold when the body was changed', async () => {
    await start();
    await post(order.replace('9999', '1'), signed(order));
    expect(printed[0]).toContain('✗ standard (No matching signature found)  ✗ timestamp-hex');
    expect(receiver.counts.refused).toBe(1);
  });

  it('accepts either of two secrets', async () => {
    await start({ secrets: [generateSecret(Buffer.alloc(32, 1)), secret] });
    await post(order, signed(order));
    expect(receiver.counts.verified).toBe(1);
  });

  it('counts a request without a signature as refused', async () => {
    await start();
    await post(order);
    expect(printed[0]).toContain('not signed');
    expect(receiver.counts.refused).toBe(1);
  });

  it('does not claim anything without a secret', async () => {
    await start({ secrets: [] });
    await post(order, signed(order));
    expect(printed[0]).toContain('not checked: give --secret');
    expect(receiver.counts.unchecked).toBe(1);
  });

  it('fails the first attempts of each event, then answers well', async () => {
    await start({ failFirst: 2, status: 503 });
    const statuses: number[] = [];
    for (const id of ['evt_1', 'evt_1', 'evt_2', 'evt_1']) {
      statuses.push((await post(order, signed(order, id))).status);
    }
    expect(statuses).toEqual([503, 503, 503, 200]);
  });

  it('reads no more than 1 MiB', async () => {
    await start();
    // the connection may be cut while we are still sending
    const status = await post('x'.repeat(3 * 1024 * 1024)).then(
      (response) => response.status,
      () => 413,
    );
    expect(status).toBe(413);
    expect(printed[0]).toContain('body not read');
    expect((await post(order, signed(order))).status).toBe(200);
  });

  it('keeps control characters of a stranger away from the terminal', async () => {
    await start();
    await post('not json \u001b[2J\u009b31m', { 'webhook-id': 'evt_\u009bx' });
    expect(printed[0]).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(printed[0]).toContain('\\u001b[2J');
  });

  it('cuts a long body', async () => {
    await start();
    await post(JSON.stringify(Array.from({ length: 500 }, (_, index) => index)));
    expect(printed[0]?.split('\n').length).toBeLessThan(40);
    expect(printed[0]).toMatch(/… \d+ more lines/);
  });

  it('does not start on a taken port', async () => {
    await start();
    const port = Number(new URL(receiver.url).port);
    await expect(
      startPrintingReceiver({ options: { ...defaults, port }, colours: plain, print: () => undefined }),
    ).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
