import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { readBody } from './read-body.js';

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
});

describe('a body', () => {
  it('of a sender who was gone before anybody read it is an error, and is not waited for', async () => {
    const listening = createServer();
    server = listening;
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    const arrived = once(listening, 'request') as Promise<[IncomingMessage]>;
    const sender = connect((listening.address() as AddressInfo).port, '127.0.0.1');
    sender.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf');
    const [request] = await arrived;
    request.on('error', () => undefined); // as a middleware before may have it
    const gone = once(request, 'close').catch(() => undefined);
    sender.destroy();
    await gone;
    await expect(readBody(request, 1_024)).rejects.toThrow('the sender broke off');
  });
});
