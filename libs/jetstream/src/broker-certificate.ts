import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { connect as secure } from 'node:tls';
import { greet } from './server-info.js';

export interface CertificateOptions {
  readonly servers: readonly string[];
  /** Our own, for a broker that wants one. */
  readonly certFile?: string | null;
  readonly keyFile?: string | null;
}

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
  const { socket, host, info, close } = await greet(server);
  try {
    if (!/"tls_(required|available)":\s*true/.test(info)) return null;
    return await peerExpiry(socket, host, options);
  } finally {
    close();
    socket.destroy();
  }
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
