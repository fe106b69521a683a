import {
  isIP,
  connect as connectTcp,
  type LookupFunction,
  type Socket,
  type TcpNetConnectOpts,
} from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import type { AddressGuard } from './address-guard.js';
import { openLoopback, resolvesToRefused } from './check-url.js';
import { dialFailure, sendError, type SendError } from './failure.js';
import { isLocalhost, type ResolveName } from './resolve-name.js';

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
}

export interface DialTiming {
  dnsMs?: number;
  connectMs?: number;
  tlsMs?: number;
}

export type DialStage = 'resolving' | 'connecting' | 'handshaking' | 'ended';

/** A TLS session to resume; kept per origin, since a resumed session is not checked against the name again. */
export interface TlsSessionSlot {
  session?: Buffer;
}

/** At most so many addresses of a family are tried. */
const MAX_ADDRESSES_PER_FAMILY = 4;

/**
 * Makes one connection, to an address that it has judged itself.
 *
 *   resolving ──▶ connecting ──▶ handshaking ──▶ ended (done with a socket)
 *       └──────────────┴──────────────┴────────▶ ended (done with an error, or cancelled: done with nothing)
 *
 * The judged addresses are dialled, never the name: an answer that changes after the check gains nothing. When one of
 * a name's addresses is refused the whole name is: a public name with a private address is an attack or a mistake, and
 * using the rest would make either succeed now and then, depending on the order of the answers.
 */
export class Dial {
  readonly timing: DialTiming = {};
  private current: DialStage = 'resolving';
  private since = performance.now();
  private socket: Socket | undefined;

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
    this.dropSocket();
  }

  private resolve(hostname: string): void {
    this.context.resolve(hostname).then(
      (addresses) => {
        if (this.current !== 'resolving') return;
        this.timing.dnsMs = this.lap();
        this.connect(addresses);
      },
      () => this.fail(sendError('dns_failed', `${hostname} could not be resolved`)),
    );
  }

  private connect(addresses: readonly string[]): void {
    const { hostname } = this.target;
    if (addresses.length === 0) return this.fail(sendError('dns_failed', `${hostname} has no address`));
    const kind = addresses
      .map((address) => this.context.guard.judge(address))
      .find((verdict) => verdict !== null);
    if (kind !== undefined) return this.fail(sendError('url_not_allowed', resolvesToRefused(hostname, kind)));
    this.current = 'connecting';
    const socket = this.openSocket(addresses);
    this.socket = socket;
    socket.once('connect', this.onConnect);
    socket.once('error', this.onError);
    if (this.target.secure) socket.once('secureConnect', this.onOpen);
  }

  private openSocket(addresses: readonly string[]): Socket {
    const { hostname, secure } = this.target;
    const options = { ...addressOptions(this.target, addresses), noDelay: true, keepAlive: true };
    if (!secure) return connectTcp(options);
    const { session } = this.sessions;
    const socket = connectTls({
      ...options,
      ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
      ...(session === undefined ? {} : { session }),
      secureContext: this.context.secureContext,
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: true,
    });
    // Emitted for verified connections only.
    return socket.on('session', (fresh: Buffer) => {
      this.sessions.session = fresh;
    });
  }

  private readonly onConnect = (): void => {
    this.timing.connectMs = this.lap();
    // Belt and braces: whatever the steps above did, this is where we are.
    if (this.context.guard.judge(this.socket?.remoteAddress ?? '') !== null) {
      return this.fail(sendError('url_not_allowed', `${this.target.hostname} is not delivered to`));
    }
    if (this.target.secure) this.current = 'handshaking';
    else this.onOpen();
  };

  private readonly onOpen = (): void => {
    if (this.target.secure) this.timing.tlsMs = this.lap();
    const socket = this.socket;
    if (socket === undefined || this.current === 'ended') return;
    socket.off('error', this.onError);
    this.current = 'ended';
    this.socket = undefined;
    this.done(null, socket);
  };

  private readonly onError = (error: Error): void => {
    this.fail(dialFailure(error, this.current === 'handshaking' ? 'handshaking' : 'connecting'));
  };

  private fail(error: SendError): void {
    if (this.current === 'ended') return;
    this.cancel();
    this.done(error, null);
  }

  private dropSocket(): void {
    const socket = this.socket;
    this.socket = undefined;
    if (socket === undefined) return;
    socket.off('connect', this.onConnect).off('secureConnect', this.onOpen).off('error', this.onError);
    socket.on('error', () => undefined);
    socket.destroy();
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

/** One address is dialled as it is; several go through Node's "happy eyeballs", which gets exactly them. */
function addressOptions({ hostname, port }: DialTarget, addresses: readonly string[]): TcpNetConnectOpts {
  const families = addresses.map((address) => ({ address, family: isIP(address) }));
  const [first, ...others] = [
    ...families.filter(({ family }) => family === 4).slice(0, MAX_ADDRESSES_PER_FAMILY),
    ...families.filter(({ family }) => family === 6).slice(0, MAX_ADDRESSES_PER_FAMILY),
  ];
  if (first === undefined || others.length === 0) return { host: first?.address ?? '', port };
  const lookup: LookupFunction = (_name, _options, done) => done(null, [first, ...others]);
  return { host: hostname, port, lookup, autoSelectFamily: true };
}
