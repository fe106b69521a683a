import { isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls';
import type { AddressGuard } from './address-guard.js';
import { AddressRace } from './address-race.js';
import { judgeAddresses, openLoopback } from './check-url.js';
import type { EgressProxy } from './egress-proxy.js';
import { connectFailure, sendError, tlsFailure, type SendError } from './failure.js';
import { isLocalhost, type ResolveName } from './resolve-name.js';
import { Tunnel } from './tunnel.js';

export interface DialTarget {
  /** Without brackets and without a trailing dot. */
  readonly hostname: string;
  readonly port: number;
  readonly secure: boolean;
}

export interface DialContext {
  readonly guard: AddressGuard;
  readonly resolve: ResolveName;
  /** One for all connections: of its own, each would parse the authorities anew and keep them. */
  readonly secureContext: SecureContext;
  /** Makes all connections, when there is one. Its own address is the operator's affair and not judged. */
  readonly proxy?: EgressProxy;
}

export interface DialTiming {
  dnsMs?: number;
  connectMs?: number;
  tlsMs?: number;
}

export type DialStage = 'resolving' | 'connecting' | 'tunnelling' | 'handshaking' | 'ended';

/** A TLS session to resume; kept per origin, since a resumed session is not checked against the name again. */
export interface TlsSessionSlot {
  session?: Buffer;
}

const LOOK_UP_BEFORE_PROXY_MS = 2_000;
/** OpenSSL takes 100 KiB of certificates, and passes over any number of messages that mean nothing. */
const MAX_HANDSHAKE_BYTES = 256 * 1024;
/** Nothing tells of what OpenSSL reads. */
const LOOK_AT_HANDSHAKE_EVERY_MS = 50;

/**
 * Makes one connection, to an address that it has judged itself.
 *
 *   resolving ──▶ connecting or tunnelling ──▶ handshaking ──▶ ended (done with a socket)
 *       └────────────────────┴────────────────────┴──────────▶ ended (done with an error, or cancelled: done with nothing)
 *
 * The judged addresses are dialled, never the name: an answer that changes after the check gains nothing. When one of
 * a name's addresses is refused the whole name is: a public name with a private address is an attack or a mistake, and
 * using the rest would make either succeed now and then, depending on the order of the answers.
 *
 * With a proxy the addresses that we see are judged in the same way, but the proxy dials, and looks the name up itself;
 * a name that we cannot resolve is left to it.
 */
export class Dial {
  readonly timing: DialTiming = {};
  private current: DialStage = 'resolving';
  private since = performance.now();
  /** While TLS is made on it. */
  private socket: TLSSocket | undefined;
  private race: AddressRace | undefined;
  private tunnel: Tunnel | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly target: DialTarget,
    private readonly context: DialContext,
    private readonly sessions: TlsSessionSlot,
    private readonly done: (error: SendError | null, socket: Socket | null) => void,
  ) {}

  get stage(): DialStage {
    return this.current;
  }

  start(): void {
    const { hostname } = this.target;
    if (isIP(hostname) !== 0) this.connect([hostname]);
    else if (isLocalhost(hostname)) this.connect(openLoopback(this.context.guard));
    else this.resolve(hostname);
  }

  /** Closes what is open; `done` is not called any more. */
  cancel(): void {
    if (this.current === 'ended') return;
    this.current = 'ended';
    clearTimeout(this.timer);
    this.race?.cancel();
    this.tunnel?.cancel();
    this.dropSocket();
  }

  private resolve(hostname: string): void {
    const { proxy, resolve } = this.context;
    // A name server that is silent must not stand between us and a proxy that may well know the name.
    if (proxy !== undefined) this.timer = setTimeout(() => this.onResolved([]), LOOK_UP_BEFORE_PROXY_MS);
    resolve(hostname).then(
      (addresses) => this.onResolved(addresses),
      () => {
        if (proxy !== undefined) this.onResolved([]);
        else this.fail(sendError('dns_failed', `${hostname} could not be resolved`));
      },
    );
  }

  private onResolved(addresses: readonly string[]): void {
    if (this.current !== 'resolving') return;
    clearTimeout(this.timer);
    this.timing.dnsMs = this.lap();
    this.connect(addresses);
  }

  private connect(addresses: readonly string[]): void {
    const { hostname } = this.target;
    const { guard, proxy } = this.context;
    if (addresses.length === 0 && proxy === undefined) {
      return this.fail(sendError('dns_failed', `${hostname} has no address`));
    }
    const refusal = judgeAddresses(this.target, addresses, guard);
    if (refusal !== null) return this.fail(sendError('url_not_allowed', refusal));
    if (proxy === undefined) this.connectTo(addresses);
    else this.connectThrough(proxy);
  }

  private connectTo(addresses: readonly string[]): void {
    this.current = 'connecting';
    this.race = new AddressRace(addresses, this.target.port, (error, socket) => {
      this.race = undefined;
      if (socket === null) return this.fail(connectFailure(error));
      const refusal = this.judgeConnected(socket);
      if (refusal === null) return this.onConnected(socket);
      socket.destroy();
      this.fail(refusal);
    });
  }

  /** Belt and braces: whatever the steps before did, this is where we are. */
  private judgeConnected({ remoteAddress }: Socket): SendError | null {
    // Reset already: the kernel knows no peer any more.
    if (remoteAddress === undefined) return sendError('connection_reset', 'the connection was reset');
    if (this.context.guard.judge(remoteAddress) === null) return null;
    return sendError('url_not_allowed', `${this.target.hostname} is not delivered to`);
  }

  /** The proxy looks the name up itself, and is asked by it: only so can its operator's rules speak of names. */
  private connectThrough(proxy: EgressProxy): void {
    const { hostname, port } = this.target;
    const { secureContext } = this.context;
    const host = isIP(hostname) === 6 ? `[${hostname}]` : hostname;
    this.current = 'tunnelling';
    this.tunnel = new Tunnel({ proxy, authority: `${host}:${port}`, secureContext }, (error, socket) => {
      this.tunnel = undefined;
      if (socket === null) return this.fail(error ?? sendError('proxy_failed', 'the proxy: no socket'));
      this.onConnected(socket);
    });
  }

  private onConnected(socket: Socket): void {
    this.timing.connectMs = this.lap();
    if (!this.target.secure) return this.finish(socket);
    this.current = 'handshaking';
    // The TLS socket over it tells what happens to it.
    socket.on('error', () => undefined);
    this.socket = this.secured(socket)
      .once('secureConnect', this.onSecureConnect)
      .once('error', this.onHandshakeError);
    // A proxy has spoken already.
    const most = socket.bytesRead + MAX_HANDSHAKE_BYTES;
    this.timer = setInterval(() => {
      if (socket.bytesRead > most)
        this.fail(sendError('tls_failed', 'TLS: far more was sent than a handshake'));
    }, LOOK_AT_HANDSHAKE_EVERY_MS);
  }

  private secured(socket: Socket): TLSSocket {
    const { hostname } = this.target;
    const { session } = this.sessions;
    const secured = connectTls({
      socket,
      // What the certificate of an address has to be for: Node would take the proxy's name, or localhost.
      host: hostname,
      ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
      ...(session === undefined ? {} : { session }),
      secureContext: this.context.secureContext,
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: true,
    });
    // Emitted for verified connections only.
    return secured.on('session', (fresh: Buffer) => {
      this.sessions.session = fresh;
    });
  }

  private readonly onSecureConnect = (): void => {
    this.timing.tlsMs = this.lap();
    this.finish(this.socket);
  };

  private readonly onHandshakeError = (error: Error): void => {
    this.fail(tlsFailure(error));
  };

  private finish(socket: Socket | undefined): void {
    if (socket === undefined || this.current === 'ended') return;
    clearTimeout(this.timer);
    socket.off('error', this.onHandshakeError);
    this.current = 'ended';
    this.socket = undefined;
    this.done(null, socket);
  }

  private fail(error: SendError): void {
    if (this.current === 'ended') return;
    this.cancel();
    this.done(error, null);
  }

  private dropSocket(): void {
    const socket = this.socket;
    this.socket = undefined;
    if (socket === undefined) return;
    socket.off('secureConnect', this.onSecureConnect).off('error', this.onHandshakeError);
    socket.on('error', () => undefined).destroy();
  }

  private lap(): number {
    const now = performance.now();
    const elapsedMs = roundMs(now - this.since);
    this.since = now;
    return elapsedMs;
  }
}

export function roundMs(ms: number): number {
  return Math.round(ms * 100) / 100;
}
