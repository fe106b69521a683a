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
import {
  isConnectionFailure,
  isTlsFailure,
  isUnaskedAnswer,
  laterTlsFailure,
  SendFailure,
  sendError,
} from './failure.js';
import type { IdleConnection } from './idle-connections.js';
import { InterimAnswers } from './interim-answers.js';
import type { NextTurn } from './next-turn.js';
import { SideMessages } from './side-messages.js';

/**
 * Never reached, for `Exchange` counts for itself. Past its own limit undici makes an error with a stack for every
 * further header of a chunk (8.12.4): 80 KB of answer would keep the process busy for half a second.
 */
const MAX_HEADER_BYTES = 16 * 1024 * 1024;
/** Between two exchanges, where undici passes over empty lines: some receivers send one, nobody needs to send many. */
const MAX_IDLE_BYTES = 16 * 1024;
/** Later it is what some say when they close a connection that nobody uses: 408 (RFC 9110 section 15.5.9). */
const SECOND_ANSWER_WITHIN_MS = 1_000;

export interface ConnectionOptions {
  readonly origin: string;
  readonly target: DialTarget;
  readonly dialContext: DialContext;
  readonly sessions: TlsSessionSlot;
  readonly idleMs: number;
  readonly maxIdleMs: number;
  /** Of all origins. */
  readonly nextTurn: NextTurn;
}

export interface ConnectionOwner {
  /** It came while no request was on the way, and could as well have come when there was. */
  onSecondAnswer(): void;
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
  private releasedAt = 0;
  private discarded = false;
  private sideMessages: SideMessages | undefined;
  private readonly interim = new InterimAnswers(() => this.exchange?.onInterim());

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
    // After undici's own listener, so that `Exchange` knows of all that has been read.
    this.client.on('connect', () => this.socket?.on('readable', this.onReadable).on('error', this.onError));
    this.client.on('disconnect', (_origin, _targets, error) => this.onDisconnect(error));
  }

  get dialStage(): DialStage {
    return this.dial?.stage ?? 'connecting';
  }

  /** Only when this very exchange had to wait for the dialling. */
  get dialTiming(): DialTiming | undefined {
    return this.dial?.timing;
  }

  get isSending(): boolean {
    return (this.socket?.writableLength ?? 0) > 0;
  }

  /**
   * A connection used before is looked at once more: a receiver that closes right after its answer has done so by now,
   * and undici, which sends in the turn of the event loop after this one, sees that, and dials anew.
   */
  run(exchange: Exchange): void {
    this.exchange = exchange;
    exchange.carrier = this;
    this.dial = undefined;
    if (this.socket === undefined) this.dispatch(exchange);
    else this.options.nextTurn.add(this);
  }

  /** Unless the exchange was given up meanwhile. */
  sendNow(): void {
    if (this.exchange !== undefined) this.dispatch(this.exchange);
  }

  private dispatch(exchange: Exchange): void {
    this.bytesBefore = this.socket?.bytesRead ?? 0;
    this.interim.begin();
    this.sideMessages?.begin();
    this.client.dispatch(
      { path: exchange.path, method: 'POST', headers: headerList(exchange), body: exchange.request.body },
      exchange,
    );
  }

  /**
   * undici fails what it has not sent yet when a connection that was idle is reset, though it dials anew when it is
   * closed. Once is enough: after a dialling of its own an exchange is where it would have been without the old connection.
   */
  redial(error: Error): boolean {
    if (this.discarded || this.dial !== undefined || !isConnectionFailure(error)) return false;
    // Later, for undici is in the middle of failing all that waits for the connection.
    this.options.nextTurn.add(this);
    return true;
  }

  release(): void {
    this.exchange = undefined;
    this.releasedAt = performance.now();
    this.bytesBefore = this.socket?.bytesRead ?? 0;
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
      this.sideMessages = new SideMessages(socket);
      // A proxy has spoken already.
      this.bytesBefore = socket.bytesRead;
      // Before undici's own listener.
      socket.on('readable', this.onHead);
      done(null, socket);
    });
    this.dial.start();
  }

  private readonly onHead = (): void => {
    if (this.exchange === undefined || !this.interim.isExpected) return;
    const chunk = this.socket?.read() as Buffer | null | undefined;
    if (chunk == null) return;
    const rest = this.interim.pass(chunk);
    if (rest.length > 0) this.socket?.unshift(rest);
  };

  private readonly onReadable = (): void => {
    const received = (this.socket?.bytesRead ?? 0) - this.bytesBefore;
    if (this.exchange !== undefined) this.exchange.onBytes(received);
    else if (received > MAX_IDLE_BYTES) this.discard();
  };

  /** undici would tell of the end that follows an alert. */
  private readonly onError = (error: Error): void => {
    if (isTlsFailure(error)) this.exchange?.fail(laterTlsFailure(error));
  };

  /** An idle connection has ended. With an exchange undici tells that, or dials again when nothing was sent yet. */
  private onDisconnect(error: Error): void {
    this.socket = undefined;
    if (!this.discarded && isUnaskedAnswer(error) && this.isReleasedLately()) this.owner.onSecondAnswer();
    if (this.exchange === undefined) this.discard();
  }

  private isReleasedLately(): boolean {
    return performance.now() - this.releasedAt < SECOND_ANSWER_WITHIN_MS;
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
