import type { Socket } from 'node:net';
import { Client } from 'undici';
import {
  Dial,
  type DialContext,
  type DialStage,
  type DialTarget,
  type DialTiming,
  type TlsSessionSlot,
} from './dial.js';
import type { Carrier, Exchange } from './exchange.js';
import { SendFailure, sendError } from './failure.js';
import type { IdleConnection } from './idle-connections.js';

const MAX_HEADER_BYTES = 16 * 1024;
/**
 * All that a receiver may send for one answer: interim responses, headers and 64 KiB of body in the smallest chunks
 * fit. What undici does not count (reason phrases, chunk extensions, empty lines) cannot flood us either.
 */
const MAX_RAW_BYTES = 1024 * 1024;

export interface ConnectionOptions {
  readonly origin: string;
  readonly target: DialTarget;
  readonly dialContext: DialContext;
  readonly sessions: TlsSessionSlot;
  readonly idleMs: number;
  readonly maxIdleMs: number;
}

export interface ConnectionOwner {
  onReleased(connection: Connection): void;
  onDiscarded(connection: Connection, closed: Promise<void>): void;
}

/**
 * One connection, carrying one exchange at a time: undici's `Client` with our own dialling. It has no undici `Pool`
 * around it, since there a request that waits for its connection cannot be given up, and its socket not closed.
 */
export class Connection implements Carrier, IdleConnection {
  exchange: Exchange | undefined;
  newer: IdleConnection | undefined;
  older: IdleConnection | undefined;
  private readonly client: Client;
  private dial: Dial | undefined;
  private socket: Socket | undefined;
  private bytesBefore = 0;
  private discarded = false;

  constructor(
    private readonly options: ConnectionOptions,
    private readonly owner: ConnectionOwner,
  ) {
    this.client = new Client(options.origin, {
      connect: (_target, done) => this.connect(done),
      allowH2: false,
      // The exchange has one deadline of its own.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: options.idleMs,
      keepAliveMaxTimeout: options.maxIdleMs,
      maxHeaderSize: MAX_HEADER_BYTES,
    });
    this.client.on('disconnect', () => this.onDisconnect());
  }

  get dialStage(): DialStage {
    return this.dial?.stage ?? 'connecting';
  }

  /** Only when this very exchange had to wait for the dialling. */
  get dialTiming(): DialTiming | undefined {
    return this.dial?.timing;
  }

  run(exchange: Exchange): void {
    this.exchange = exchange;
    exchange.carrier = this;
    this.dial = undefined;
    this.bytesBefore = this.socket?.bytesRead ?? 0;
    this.client.dispatch(
      { path: exchange.path, method: 'POST', headers: headerList(exchange), body: exchange.request.body },
      exchange,
    );
  }

  release(): void {
    this.exchange = undefined;
    this.owner.onReleased(this);
  }

  discard(): void {
    if (this.discarded) return;
    this.discarded = true;
    this.exchange = undefined;
    this.dial?.cancel();
    this.owner.onDiscarded(
      this,
      this.client.destroy(new SendFailure(sendError('network_error', 'given up'))),
    );
  }

  private connect(done: (...result: [null, Socket] | [Error, null]) => void): void {
    const { target, dialContext, sessions } = this.options;
    this.dial = new Dial(target, dialContext, sessions, (error, socket) => {
      if (socket === null)
        return done(new SendFailure(error ?? sendError('connect_failed', 'no socket')), null);
      this.socket = socket;
      // A proxy has spoken already.
      this.bytesBefore = socket.bytesRead;
      socket.on('readable', this.onReadable);
      done(null, socket);
    });
    this.dial.start();
  }

  private readonly onReadable = (): void => {
    if ((this.socket?.bytesRead ?? 0) - this.bytesBefore <= MAX_RAW_BYTES) return;
    this.exchange?.fail(sendError('invalid_response', 'more than 1 MiB was sent for one answer'));
  };

  /** An idle connection has ended. With an exchange undici tells that, or dials again when nothing was sent yet. */
  private onDisconnect(): void {
    this.socket = undefined;
    if (this.exchange === undefined) this.discard();
  }
}

/** undici adds host, connection and content-length. */
function headerList(exchange: Exchange): string[] {
  const list = ['accept-encoding', 'identity'];
  const { headers } = exchange.request;
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || (name.length === 15 && name.toLowerCase() === 'accept-encoding')) continue;
    list.push(name, value);
  }
  return list;
}
