import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Socket } from 'node:net';
import { waitUntil } from '@postel/testing';
import { okAnswer, startRawReceiver, type RawReceiver } from './spec-support/raw-receiver.js';
import { specSender, type SpecSender } from './spec-support/spec-sender.js';

/** A receiver that does with a connection what it likes, without reading the request first. */
let receiver: RawReceiver;
let spec: SpecSender;

beforeEach(async () => {
  receiver = await startRawReceiver(() => undefined);
  spec = specSender();
});

afterEach(async () => {
  await spec.sender.close({ graceMs: 0 });
  await receiver.close();
});

const largestEvent = new Uint8Array(256 * 1024).fill(0x61);
/** More than the kernel takes off our hands when nobody reads. */
const beyondBuffers = new Uint8Array(32 * 1024 * 1024).fill(0x61);
const tooLarge = 'HTTP/1.1 413 Too Large\r\ncontent-length: 6\r\n\r\nno way';

/** Reads the first piece and no more. */
function afterFirstBytes(act: (socket: Socket) => void): (socket: Socket) => void {
  return (socket) =>
    socket.once('data', () => {
      socket.pause();
      act(socket);
    });
}

describe('a request that is not read', () => {
  it.each([
    ['closes', (socket: Socket) => void socket.write(tooLarge, () => socket.destroy())],
    ['ends', (socket: Socket) => void socket.end(tooLarge)],
    ['leaves the connection open', (socket: Socket) => void socket.write(tooLarge)],
  ])('by a receiver that answers and %s still has its status', async (_what, act) => {
    receiver.onConnection = afterFirstBytes(act);
    for (const body of [beyondBuffers, largestEvent]) {
      const result = await spec.post(receiver.url, { body });
      expect(result).toMatchObject({ response: { status: 413, body: 'no way' } });
      expect(result).not.toHaveProperty('error');
    }
    expect(receiver.connections).toBe(2);
  });

  it('leaves no connection that another exchange would wait behind', async () => {
    receiver.onConnection = afterFirstBytes((socket) => void socket.write(okAnswer));
    expect(await spec.post(receiver.url, { body: beyondBuffers })).toMatchObject({
      response: { status: 200 },
    });
    expect(await spec.post(receiver.url)).toMatchObject({ response: { status: 200 } });
    expect(receiver.connections).toBe(2);
  });

  it('ends at the deadline when the receiver never reads', async () => {
    const sockets: Socket[] = [];
    receiver.onConnection = (socket) => void sockets.push(socket.pause());
    const result = await spec.post(receiver.url, { body: beyondBuffers, timeoutMs: 700 });
    expect(result.error).toEqual({
      code: 'timeout',
      message: 'not complete after 700 ms (sending the request)',
    });
    expect(result.durationMs).toBeLessThan(10_000);
    for (const socket of sockets) socket.resume();
    await waitUntil(() => receiver.open === 0, { describe: 'connection closed' });
  });
});

describe('an answer before the request was read', () => {
  it('counts, and the connection is used again', async () => {
    let answered = 0;
    receiver.onConnection = (socket) => {
      socket.write(okAnswer);
      socket.on('data', () => (answered += 1) > 1 && socket.write(okAnswer));
    };
    for (let count = 0; count < 3; count += 1) {
      expect(await spec.post(receiver.url)).toMatchObject({ response: { status: 200, body: 'ok' } });
    }
    expect(receiver.connections).toBe(1);
  });

  it('counts when the connection ends with it', async () => {
    receiver.onConnection = (socket) => void socket.end(okAnswer);
    for (let count = 0; count < 3; count += 1) {
      expect(await spec.post(receiver.url)).toMatchObject({ response: { status: 200, body: 'ok' } });
    }
    expect(receiver.connections).toBe(3);
  });
});
