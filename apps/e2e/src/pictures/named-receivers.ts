import { tempDir } from '@postel/testing';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createProxy, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface NamedAnswer {
  readonly status?: number;
  readonly body?: string;
  readonly delayMs?: number;
}

/** @param requestNumber of this receiver, from 1 @param attempt of the delivery */
export type NamedAnswerer = (requestNumber: number, attempt: number) => NamedAnswer | 'hang';

/**
 * Receivers with names as customers have, `https://billing.acme.example/…`: one server behind a proxy that leads every
 * name to it, so that pictures show the addresses that people see.
 */
export interface NamedReceivers {
  /** For Postel: the proxy, and whose certificate is good. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** @param answers by host; the others answer 200 */
export async function startNamedReceivers(
  answers: Readonly<Record<string, NamedAnswerer>>,
): Promise<NamedReceivers> {
  const directory = tempDir('pictures');
  const { key, cert } = makeCertificate(directory.path, Object.keys(answers));
  const counts = new Map<string, number>();
  const server = createServer(
    { key: readFileSync(key), cert: readFileSync(cert) },
    (incoming, response) => void answer(incoming, response, answers, counts),
  );
  const port = await listen(server);
  const proxy = createProxy();
  proxy.on('connect', (_request, client, head) => {
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
  });
  const proxyPort = await listen(proxy);
  return {
    env: { POSTEL_EGRESS_PROXY: `http://127.0.0.1:${proxyPort}`, NODE_EXTRA_CA_CERTS: cert },
    stop: async () => {
      for (const each of [proxy, server]) each.close();
      server.closeAllConnections();
      await Promise.all([proxy, server].map((each) => once(each, 'close')));
      directory.remove();
    },
  };
}

async function answer(
  incoming: IncomingMessage,
  response: ServerResponse,
  answers: Readonly<Record<string, NamedAnswerer>>,
  counts: Map<string, number>,
): Promise<void> {
  incoming.resume();
  const host = incoming.headers.host ?? '';
  const requestNumber = (counts.get(host) ?? 0) + 1;
  counts.set(host, requestNumber);
  const given = answers[host]?.(requestNumber, Number(incoming.headers['x-webhook-attempt'])) ?? {};
  if (given === 'hang') return;
  const { status = 200, body = '{"received":true}', delayMs = 0 } = given;
  await sleep(delayMs);
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

/** Its own authority; made anew for each run, so that none lies about that anybody could trust. */
function makeCertificate(directory: string, hosts: readonly string[]): { key: string; cert: string } {
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const alternatives = `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(',')}`;
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc'];
  const files = ['-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=Receivers of pictures'];
  execFileSync('openssl', ['req', '-x509', ...curve, ...files, '-addext', alternatives], { stdio: 'pipe' });
  return { key, cert };
}

async function listen(server: Server | ReturnType<typeof createProxy>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
