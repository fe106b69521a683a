import { diesWithUs, locateTestNatsServer, tempDir, testPorts, waitUntil } from '@postel/testing';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { readRepositoryFile } from '../repository.js';

export interface ShippedBroker {
  readonly clientPort: number;
  readonly monitorPort: number;
  stop(): Promise<void>;
}

/** A nats-server by a configuration of `deploy`: only its addresses and directories are of this machine. */
export async function startShippedBroker(path: string): Promise<ShippedBroker> {
  const binary = await locateTestNatsServer();
  const [clientPort, monitorPort] = (await testPorts(2)) as [number, number];
  const directory = tempDir('shipped-broker');
  const callOff = diesWithUs(directory.path);
  const file = join(directory.path, 'nats.conf');
  const text = readRepositoryFile(path)
    .replace('0.0.0.0:4222', `127.0.0.1:${clientPort}`)
    .replace('0.0.0.0:8222', `127.0.0.1:${monitorPort}`)
    .replace(/^pid_file:.*$/m, '')
    .replace('"/data"', JSON.stringify(join(directory.path, 'data')));
  writeFileSync(file, text);
  const server = spawn(binary, ['-c', file, '-P', join(directory.path, 'nats-server.pid')], {
    stdio: 'ignore',
    env: { ...process.env, SERVER_NAME: 'nats-0' },
  });
  const stop = async () => {
    if (server.exitCode === null && server.kill('SIGKILL')) await once(server, 'exit');
    callOff();
    directory.remove();
  };
  const isHealthy = () =>
    fetch(`http://127.0.0.1:${monitorPort}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await waitUntil(isHealthy, { timeoutMs: 30_000, describe: `nats-server with ${path}` }).catch(
    (error: unknown) => stop().then(() => Promise.reject(error as Error)),
  );
  return { clientPort, monitorPort, stop };
}

/**
 * What the broker answers to a client without credentials; by the lines of its protocol, because nothing here may know
 * a client. https://docs.nats.io/reference/reference-protocols/nats-protocol
 */
export async function askBroker(port: number, subject: string, request = ''): Promise<unknown> {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write(`CONNECT {"verbose":false}\r\nSUB answer 1\r\nPUB ${subject} answer ${request.length}\r\n`);
    socket.write(`${request}\r\n`);
    let said = '';
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      said += chunk.toString();
      const [, payload] = /^MSG answer 1 \d+\r\n(.*)\r\n/m.exec(said) ?? [];
      if (payload !== undefined) return JSON.parse(payload) as unknown;
      if (said.includes('-ERR')) break;
    }
    throw new Error(`no answer: ${said}`);
  } finally {
    socket.destroy();
  }
}
