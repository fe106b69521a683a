import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { StartupError, reasonOf } from './startup-error.js';

export interface PortWanted {
  readonly host: string;
  readonly port: number;
  /** Who wants it, for the message: `nats-server`. */
  readonly owner: string;
  /** The variable that moves it, for the message: `POSTEL_NATS_PORT`. */
  readonly variable: string;
}

/** A TCP port that was free a moment ago; whoever takes it must be ready to try another. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const server = createServer();
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** From the first up to and without the second. */
export type PortRange = readonly [number, number];

/**
 * Below the ports that the system hands out by itself: no outgoing connection takes one before what it is for listens
 * there, or while that is away. And above 10080, the last of the ports that fetch refuses to call.
 */
export const quietPorts: PortRange = [11_000, 30_000];

/** Ports that were free a moment ago. */
export async function freePorts(count: number, [from, to]: PortRange = quietPorts): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = from + Math.floor(Math.random() * (to - from));
    if ((await listenFailure('127.0.0.1', port)) === undefined) ports.add(port);
  }
  return [...ports];
}

/** @throws StartupError that names the port and its variable */
export async function assertPortFree({ host, port, owner, variable }: PortWanted): Promise<void> {
  // Listening alone is not enough: with SO_REUSEADDR macOS lets 127.0.0.1 be bound beside a wildcard listener.
  const reason = (await answers(host, port)) ? 'EADDRINUSE' : await listenFailure(host, port);
  if (reason === undefined) return;
  if (reason === 'EADDRINUSE') {
    throw new StartupError(
      `Port ${port} is taken, and ${owner} needs it: stop what listens on ${host}:${port}, ` +
        `or set ${variable} to a free port.`,
    );
  }
  throw new StartupError(
    `${owner} cannot listen on ${host}:${port} (${reason}): set ${variable} to another port.`,
  );
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 500 });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true));
    socket.once('timeout', () => settle(false));
    socket.once('error', () => settle(false));
  });
}

function listenFailure(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(reasonOf(error)));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
