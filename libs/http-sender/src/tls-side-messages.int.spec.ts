import { afterEach, describe, expect, it } from '@jest/globals';
import { okAnswer, startRawReceiver } from './spec-support/raw-receiver.js';
import { specSender, type SpecSender } from './spec-support/spec-sender.js';
import { testCertificate } from './spec-support/test-certificate.js';
import { startTlsInjector, type ServerRecords } from './spec-support/tls-injector.js';
import type { TLSSocket } from 'node:tls';

let spec: SpecSender;
let receiver: { readonly url: string; close(): Promise<void> };

afterEach(async () => {
  await spec.sender.close({ graceMs: 0 });
  await receiver.close();
});

const tooMuch = { code: 'tls_failed', message: 'TLS: far more was sent than data' };

type Message = (records: ServerRecords) => Buffer;

async function answerAfter(count: number, message: Message): Promise<void> {
  spec = specSender({ ca: testCertificate.cert });
  receiver = await startTlsInjector((records) => [
    ...Array.from({ length: count }, () => message(records)),
    records.data(okAnswer),
  ]);
}

describe.each<[string, Message]>([
  ['tickets', (records) => records.ticket()],
  ['key updates', (records) => records.keyUpdate({ isRequested: false })],
  ['key updates that want one back', (records) => records.keyUpdate({ isRequested: true })],
])('%s of TLS 1.3 before an answer', (_what, message) => {
  it('change nothing when they are few', async () => {
    await answerAfter(16, message);
    expect(await spec.post(receiver.url)).toMatchObject({ response: { status: 200, body: 'ok' } });
  });

  it('end the attempt when they are a flood: each takes long, and they are read in one turn', async () => {
    await answerAfter(1000, message);
    const { error, response } = await spec.post(receiver.url);
    expect(error).toEqual(tooMuch);
    expect(response).toBeUndefined();
  });
});

describe('renegotiations of TLS 1.2 before an answer', () => {
  async function renegotiating(count: number): Promise<void> {
    spec = specSender({ ca: testCertificate.cert });
    const answer = (socket: TLSSocket, left: number): void => {
      if (left === 0) socket.write(okAnswer);
      else socket.renegotiate({}, () => setImmediate(answer, socket, left - 1));
    };
    receiver = await startRawReceiver((socket) => answer(socket as TLSSocket, count), {
      tls: { ...testCertificate, maxVersion: 'TLSv1.2' },
    });
  }

  it('change nothing when it is one', async () => {
    await renegotiating(1);
    expect(await spec.post(receiver.url)).toMatchObject({ response: { status: 200 } });
  });

  it('end the attempt when they are a flood', async () => {
    await renegotiating(1000);
    expect((await spec.post(receiver.url)).error).toEqual(tooMuch);
  });
});
