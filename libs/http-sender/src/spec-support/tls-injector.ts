import { constants, createCipheriv, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { testCertificate } from './test-certificate.js';

const ALERT = 21;
const FATAL = 2;
const HANDSHAKE = 22;
const APPLICATION_DATA = 23;
const NEW_SESSION_TICKET = 4;
const KEY_UPDATE = 24;
const KEY_BYTES = 16;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const SECRET_BYTES = 32;

export interface TlsInjector {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * A receiver that, once it was asked, sends records of TLS 1.3 that no TLS library would send: Node's own makes the
 * handshake behind a relay, which then writes in its place.
 *
 * @param answer all that is sent after the request
 */
export async function startTlsInjector(answer: (records: ServerRecords) => Buffer[]): Promise<TlsInjector> {
  const secrets = new Map<number, Buffer>();
  const relays = new Map<number, Socket>();
  const sockets = new Set<Socket>();
  const keep = <Kept extends Socket>(socket: Kept): Kept => {
    sockets.add(socket.on('error', () => undefined));
    return socket;
  };
  const behind = createTlsServer(
    {
      ...testCertificate,
      minVersion: 'TLSv1.3',
      ciphers: 'TLS_AES_128_GCM_SHA256',
      secureOptions: constants.SSL_OP_NO_TICKET,
    },
    (socket) =>
      keep(socket).once('data', () => {
        const [secret, relay] = [secrets.get(portOf(socket)), relays.get(portOf(socket))];
        if (secret === undefined || relay === undefined) throw new Error('no handshake was seen');
        relay.write(Buffer.concat(answer(new ServerRecords(secret))));
      }),
  );
  behind.on('keylog', (line, socket) => {
    const secret = /^SERVER_TRAFFIC_SECRET_0 \S+ (\S+)/.exec(line.toString())?.[1];
    if (secret !== undefined) secrets.set(portOf(socket), Buffer.from(secret, 'hex'));
  });
  await once(behind.listen(0, '127.0.0.1'), 'listening');

  const relay = createServer((client) => {
    const server = keep(connect((behind.address() as AddressInfo).port, '127.0.0.1'));
    server.once('connect', () => relays.set(server.localPort ?? 0, client));
    let flights = 0;
    keep(client).on('data', (chunk) => {
      flights += 1;
      // The handshake is over with the client's second: what the server says from now on is ours.
      if (flights === 2) server.unpipe(client).resume();
      server.write(chunk);
    });
    client.on('close', () => server.destroy());
    server.pipe(client).on('close', () => client.destroy());
  });
  await once(relay.listen(0, '127.0.0.1'), 'listening');

  return {
    url: `https://127.0.0.1:${(relay.address() as AddressInfo).port}/hook`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all([relay, behind].map((server) => once(server.close(), 'close')));
    },
  };
}

function portOf({ remotePort }: TLSSocket): number {
  return remotePort ?? 0;
}

/** Records under the keys that the server has after the handshake (RFC 8446 sections 5.2 and 7.3). */
export class ServerRecords {
  private key: Buffer = Buffer.alloc(0);
  private iv: Buffer = Buffer.alloc(0);
  private sequence = 0;

  constructor(private secret: Buffer) {
    this.useSecret(secret);
  }

  data(text: string): Buffer {
    return this.record(APPLICATION_DATA, Buffer.from(text, 'latin1'));
  }

  /** RFC 8446 section 6. */
  fatalAlert(description: number): Buffer {
    return this.record(ALERT, Buffer.from([FATAL, description]));
  }

  ticket(): Buffer {
    const lifetimeAndAge = [0, 0, 28, 32, 1, 2, 3, 4];
    const [nonce, ticket, noExtensions] = [
      [1, 0],
      [0, 4, 9, 9, 9, 9],
      [0, 0],
    ];
    const content = [...lifetimeAndAge, ...nonce, ...ticket, ...noExtensions];
    return this.record(HANDSHAKE, Buffer.from([NEW_SESSION_TICKET, 0, 0, content.length, ...content]));
  }

  keyUpdate({ isRequested }: { readonly isRequested: boolean }): Buffer {
    const record = this.record(HANDSHAKE, Buffer.from([KEY_UPDATE, 0, 0, 1, isRequested ? 1 : 0]));
    this.useSecret(expandLabel(this.secret, 'traffic upd', SECRET_BYTES));
    return record;
  }

  private useSecret(secret: Buffer): void {
    this.secret = secret;
    this.key = expandLabel(secret, 'key', KEY_BYTES);
    this.iv = expandLabel(secret, 'iv', IV_BYTES);
    this.sequence = 0;
  }

  private record(type: number, content: Buffer): Buffer {
    const head = Buffer.from([APPLICATION_DATA, 3, 3, 0, 0]);
    head.writeUInt16BE(content.length + 1 + TAG_BYTES, 3);
    const nonce = Buffer.from(this.iv);
    nonce.writeUInt32BE((nonce.readUInt32BE(IV_BYTES - 4) ^ this.sequence) >>> 0, IV_BYTES - 4);
    this.sequence += 1;
    const cipher = createCipheriv('aes-128-gcm', this.key, nonce).setAAD(head);
    return Buffer.concat([
      head,
      cipher.update(content),
      cipher.update(Buffer.from([type])),
      cipher.final(),
      cipher.getAuthTag(),
    ]);
  }
}

/** HKDF-Expand-Label of SHA-256 without a context, for 32 bytes at most (RFC 8446 section 7.1). */
function expandLabel(secret: Buffer, label: string, length: number): Buffer {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.from([0, length, name.length]), name, Buffer.from([0])]);
  return createHmac('sha256', secret)
    .update(info)
    .update(Buffer.from([1]))
    .digest()
    .subarray(0, length);
}
