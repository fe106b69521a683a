import { isIP, connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import type { EgressProxy } from './egress-proxy.js';
import { proxyFailure, sendError, type SendError } from './failure.js';

export interface TunnelOptions {
  readonly proxy: EgressProxy;
  /** What is asked for, `host:port`, with brackets around IPv6. */
  readonly authority: string;
  /** For a proxy that is itself spoken to over TLS. */
  readonly secureContext: SecureContext;
}

/** Of the proxy's answer, status line and headers. */
const MAX_HEAD_BYTES = 16 * 1024;

/**
 * A connection to a target that the proxy makes for us (CONNECT, RFC 9110 section 9.3.6).
 *
 *   connecting to the proxy ──▶ awaiting its answer ──▶ ended (done with the socket, which now leads to the target)
 *               └────────────────────────┴────────────▶ ended (done with an error, or cancelled: done with nothing)
 *
 * It has no deadline of its own: whoever opened it cancels it.
 */
export class Tunnel {
  private readonly socket: Socket;
  private head = '';
  private ended = false;

  constructor(
    private readonly options: TunnelOptions,
    private readonly done: (error: SendError | null, socket: Socket | null) => void,
  ) {
    this.socket = connectTo(options);
    this.socket
      .once(options.proxy.secure ? 'secureConnect' : 'connect', this.ask)
      .on('readable', this.onReadable)
      .once('error', this.onError)
      .once('close', this.onClose);
  }

  /** Closes the socket; `done` is not called any more. */
  cancel(): void {
    if (this.ended) return;
    this.end();
    this.socket.on('error', () => undefined).destroy();
  }

  private readonly ask = (): void => {
    const { proxy, authority } = this.options;
    const authorization =
      proxy.authorization === undefined ? '' : `proxy-authorization: ${proxy.authorization}\r\n`;
    this.socket.write(`CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n${authorization}\r\n`);
  };

  private readonly onReadable = (): void => {
    while (!this.ended) {
      const chunk = this.socket.read() as Buffer | null;
      if (chunk === null) return;
      this.head += chunk.toString('latin1');
      this.judge(this.head.indexOf('\r\n\r\n'));
    }
  };

  /** @param headEnd where the empty line begins, -1 when it is not there yet */
  private judge(headEnd: number): void {
    if (headEnd > MAX_HEAD_BYTES || (headEnd === -1 && this.head.length > MAX_HEAD_BYTES)) {
      return this.fail('the headers of its answer exceed 16 KiB');
    }
    if (headEnd === -1) return;
    const status = /^HTTP\/1\.[01] (\d{3})(?: |\r\n)/.exec(this.head)?.[1];
    if (status === undefined) return this.fail('its answer is not HTTP/1.1');
    if (!status.startsWith('2'))
      return this.fail(refusals[status] ?? `it refused the connection (${status})`);
    // A target speaks when it has been spoken to, so whatever this is, the target has not said it.
    if (this.head.length > headEnd + 4) return this.fail('it sent more than its answer');
    this.end();
    this.done(null, this.socket);
  }

  private readonly onError = (error: Error): void => {
    this.cancelWith(proxyFailure(error));
  };

  private readonly onClose = (): void => {
    this.fail('it closed the connection instead of answering');
  };

  private fail(reason: string): void {
    this.cancelWith(sendError('proxy_failed', `the proxy: ${reason}`));
  }

  private cancelWith(error: SendError): void {
    if (this.ended) return;
    this.cancel();
    this.done(error, null);
  }

  private end(): void {
    this.ended = true;
    this.head = '';
    this.socket
      .off('connect', this.ask)
      .off('secureConnect', this.ask)
      .off('readable', this.onReadable)
      .off('error', this.onError)
      .off('close', this.onClose);
  }
}

const refusals: Readonly<Record<string, string>> = {
  403: 'it does not allow the connection (403)',
  407: 'it wants other credentials (407)',
  502: 'it could not connect (502)',
  503: 'it could not connect (503)',
  504: 'it could not connect in time (504)',
};

/** The proxy's name is the operator's, so it is looked up the way the system does, search domains included. */
function connectTo({ proxy, secureContext }: TunnelOptions): Socket {
  const options = { host: proxy.hostname, port: proxy.port, noDelay: true, keepAlive: true };
  if (!proxy.secure) return connectTcp(options);
  const servername = isIP(proxy.hostname) === 0 ? { servername: proxy.hostname } : {};
  return connectTls({
    ...options,
    ...servername,
    secureContext,
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: true,
  });
}
