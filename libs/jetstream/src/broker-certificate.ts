import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { connect as secure } from 'node:tls';

export interface CertificateOptions {
  readonly servers: readonly string[];
  /** Our own, for a broker that wants one. */
  readonly certFile?: string | null;
  readonly keyFile?: string | null;
}

const patienceMs = 5_000;
const defaultPort = 4222;
/** INFO names every server of a cluster, and is longer than any other line of the protocol. */
const longestInfoBytes = 64 * 1024;

/**
 * When the first of the certificates of these servers expires, by a handshake of our own: the client does not show the
 * one it was given. Its chain is not judged here, for one that has expired must be told of too.
 * @returns Unix time in ms; `null` when no server offers TLS
 * @throws when one of them cannot be asked
 */
export async function certificateExpiresAtMs(options: CertificateOptions): Promise<number | null> {
  const expiries = await Promise.all(options.servers.map((server) => expiryOf(server, options)));
  const known = expiries.filter((atMs) => atMs !== null);
  return known.length === 0 ? null : Math.min(...known);
}

async function expiryOf(server: string, options: CertificateOptions): Promise<number | null> {
  const url = new URL(server.includes('://') ? server : `nats://${server}`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const socket = connect(Number(url.port) || defaultPort, host);
  const late = setTimeout(() => socket.destroy(new Error(`${url.host} does not answer`)), patienceMs);
  try {
    const info = await firstLine(socket);
    if (!/"tls_(required|available)":\s*true/.test(info)) return null;
    return await peerExpiry(socket, host, options);
  } finally {
    clearTimeout(late);
    socket.destroy();
  }
}

/** A NATS server says INFO in the clear, and turns to TLS after it. */
function firstLine(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const onData = (data: Buffer) => {
      text += data.toString('latin1');
      if (!text.includes('\r\n') && text.length <= longestInfoBytes) return;
      socket.off('data', onData);
      socket.pause();
      resolve(text);
    };
    socket.on('data', onData);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed before INFO')));
  });
}

function peerExpiry(socket: Socket, host: string, options: CertificateOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const encrypted = secure({
      socket,
      servername: /^[\d.]+$|:/.test(host) ? '' : host,
      rejectUnauthorized: false,
      ...(options.certFile && options.keyFile
        ? { cert: readFileSync(options.certFile), key: readFileSync(options.keyFile) }
        : {}),
    });
    encrypted.once('secureConnect', () => {
      const { valid_to } = encrypted.getPeerCertificate();
      const atMs = Date.parse(valid_to);
      encrypted.destroy();
      if (Number.isNaN(atMs)) reject(new Error(`a certificate that ends at "${valid_to}"`));
      else resolve(atMs);
    });
    encrypted.once('error', reject);
    socket.once('close', () => reject(new Error('closed before the handshake ended')));
  });
}
