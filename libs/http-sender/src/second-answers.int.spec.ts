import { setTimeout as later } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@postel/testing';
import { startRawReceiver, type RawReceiver } from './spec-support/raw-receiver.js';
import { specSender, type SpecSender } from './spec-support/spec-sender.js';

let spec: SpecSender;
let receiver: RawReceiver;

afterEach(async () => {
  await spec.sender.close({ graceMs: 0 });
  await receiver.close();
});

const answerTo = (request: number): string => `HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n${request}`;

describe('a receiver that answers each request twice', () => {
  it('is not asked on a connection that it used before, once that was seen', async () => {
    spec = specSender();
    receiver = await startRawReceiver((socket, number) => {
      void later(30)
        .then(() => socket.write(answerTo(number)))
        .then(() => later(10))
        .then(() => socket.write(answerTo(number)));
    });
    const bodies = [(await spec.post(receiver.url)).response?.body];
    // By then its second answer has been read, and belonged to nobody.
    await waitUntil(() => receiver.open === 0);
    // Each right after the one before, whose second answer is still to come.
    for (let count = 0; count < 3; count += 1) bodies.push((await spec.post(receiver.url)).response?.body);
    expect(bodies).toEqual(['1', '2', '3', '4']);
    expect(receiver.connections).toBe(4);
  });

  it('is not one that says 408 before it closes a connection that is idle', async () => {
    spec = specSender();
    receiver = await startRawReceiver((socket, number) => {
      socket.write(answerTo(number));
      // Some time after the first, which is what is told apart.
      if (number === 1)
        void later(1_200).then(() => socket.end('HTTP/1.1 408 Request Timeout\r\nconnection: close\r\n\r\n'));
    });
    await spec.post(receiver.url);
    await waitUntil(() => receiver.open === 0);
    for (let count = 0; count < 3; count += 1) await spec.post(receiver.url);
    expect(receiver.connections).toBe(2);
  });

  it('does not make connections to others be used once only', async () => {
    spec = specSender();
    receiver = await startRawReceiver((socket, number) => socket.write(answerTo(number)));
    const twice = await startRawReceiver((socket, number) => socket.write(answerTo(number).repeat(2)));
    await spec.post(twice.url);
    await waitUntil(() => twice.open === 0);
    for (let count = 0; count < 3; count += 1) await spec.post(receiver.url);
    expect(receiver.connections).toBe(1);
    await twice.close();
  });
});
