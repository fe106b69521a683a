import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { leaveTraffic } from './leave-traffic.js';

let server: Server;
let agent: Agent;
beforeEach(async () => {
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
  server = createServer((_request, response) => response.end('ok'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  agent.destroy();
  server.close();
  await once(server, 'close');
});

async function ask(): Promise<IncomingMessage> {
  const { port } = server.address() as AddressInfo;
  const request = get({ port, host: '127.0.0.1', agent });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  return answer;
}

it('serves what comes on kept and on new connections until the grace is over, and ends each with its answer', async () => {
  expect((await ask()).headers.connection).toBe('keep-alive');
  let left = false;
  const leaving = leaveTraffic(server, 500).then(() => (left = true));
  do {
    const { statusCode, headers } = await ask();
    expect([statusCode, headers.connection]).toEqual([200, 'close']);
  } while (!left);
  await leaving;
});

it('leaves at once where nobody is to be given time', async () => {
  await leaveTraffic(server, 0);
  expect((await ask()).headers.connection).toBe('keep-alive');
});
