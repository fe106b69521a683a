import type { AttemptTiming } from '@postel/contracts';
import type { Dispatcher } from 'undici';
import type { DialStage, DialTiming } from './dial.js';
import { roundMs } from './dial.js';
import { exchangeFailure, sendError, type SendError } from './failure.js';
import { KeptBody, recordHeaders } from './kept-response.js';
import type { OverdueExchanges } from './overdue-exchanges.js';
import type { SendRequest, SendResult } from './send.js';

/** What an exchange needs of the connection that carries it. */
export interface Carrier {
  readonly dialStage: DialStage;
  readonly dialTiming: DialTiming | undefined;
  /** Whether a part of the request has not left the process yet. */
  readonly isSending: boolean;
  /** Of an exchange of which nothing has been sent: whether it is tried once more, on a connection that is dialled anew. */
  redial(error: Error): boolean;
  /** Gives the connection back for the next exchange. */
  release(): void;
  /** Closes it, in whatever state it is. */
  discard(): void;
}

type Controller = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[0];
type ResponseHeaders = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2];

const MAX_HEADER_BYTES = 16 * 1024;
/** Until the end of the headers, with interim responses, reason phrases and empty lines. */
const MAX_HEAD_BYTES = 64 * 1024;
/** Beside the body, with which the frames of its chunks grow: five bytes for each byte, when the chunks are smallest. */
const MAX_FRAME_BYTES = 64 * 1024;
const MAX_FRAME_BYTES_PER_BODY_BYTE = 5;
/** More than enough for 100 and 103; a receiver that sends more keeps us busy and says nothing. */
const MAX_INTERIM_RESPONSES = 16;

/**
 * One request and its answer, from `send` to the last byte: undici's handler, the deadline and the result.
 *
 *   queued ──▶ dialling ──▶ awaiting headers ──▶ reading the body ──▶ settled
 *     └────────────┴───────────────┴──────────────────┴──▶ settled with an error
 *
 * Whatever settles it first counts; undici's later calls find it settled and do nothing.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  carrier: Carrier | undefined;
  settled = false;
  /** Kept by RunningExchanges. */
  place = 0;
  private readonly startedAtMs = Date.now();
  private readonly startedAt = performance.now();
  private sentAt = 0;
  private firstByteMs = 0;
  private interimResponses = 0;
  private status = 0;
  private headers: ResponseHeaders | undefined;
  private body: KeptBody | undefined;
  private readonly timer: NodeJS.Timeout;

  constructor(
    readonly request: SendRequest,
    readonly path: string,
    private readonly overdue: OverdueExchanges,
    private readonly done: (result: SendResult) => void,
  ) {
    this.timer = setTimeout(onDeadline, request.timeoutMs, this);
  }

  onRequestStart(): void {
    this.sentAt = performance.now();
  }

  /** The first byte of an answer, which an interim one may be. */
  onResponseStarted(): void {
    if (this.firstByteMs === 0) this.firstByteMs = performance.now() - this.sentAt;
  }

  /** One that says nothing yet (1xx). */
  onInterim(): void {
    this.onResponseStarted();
    this.interimResponses += 1;
    if (this.interimResponses <= MAX_INTERIM_RESPONSES) return;
    this.fail(sendError('invalid_response', 'too many interim responses before the answer'));
  }

  onResponseStart(controller: Controller, status: number, headers: ResponseHeaders): void {
    if (this.settled) return;
    if (headerBytes(controller.rawHeaders) > MAX_HEADER_BYTES) {
      this.fail(sendError('headers_too_large', 'the response headers exceed 16 KiB'));
      return;
    }
    if (status < 200) return this.onInterim();
    this.status = status;
    this.headers = headers;
    this.body = new KeptBody(status);
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    if (this.settled || this.body === undefined) return;
    this.body.add(chunk);
    // Enough has been read for the status to decide; the rest is not waited for.
    if (this.body.isOverLimit) this.settle(undefined, false);
  }

  /** A receiver that answered without reading the whole request may never read what follows it. */
  onResponseEnd(): void {
    this.settle(undefined, this.carrier?.isSending === false);
  }

  /** @param received bytes of the connection since the request, whatever they are: what undici counts and what not */
  onBytes(received: number): void {
    if (this.settled || received <= MAX_HEAD_BYTES) return;
    if (this.body === undefined) {
      this.fail(sendError('headers_too_large', 'more than 64 KiB were sent before the headers ended'));
    } else if (
      received >
      MAX_HEAD_BYTES + MAX_FRAME_BYTES + this.body.readBytes * (1 + MAX_FRAME_BYTES_PER_BODY_BYTE)
    ) {
      this.fail(sendError('invalid_response', 'far more was sent than the body'));
    }
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.settled || (this.sentAt === 0 && this.carrier?.redial(error) === true)) return;
    this.fail(exchangeFailure(error));
  }

  fail(error: SendError): void {
    this.settle(error, false);
  }

  onDeadline(): void {
    this.overdue.add(this);
  }

  endOverdue(): void {
    this.fail(sendError('timeout', `not complete after ${this.request.timeoutMs} ms (${this.phase()})`));
  }

  private phase(): string {
    if (this.status !== 0) return 'reading the body';
    if (this.sentAt !== 0)
      return this.carrier?.isSending === true ? 'sending the request' : 'waiting for headers';
    switch (this.carrier?.dialStage) {
      case 'resolving':
        return 'connecting: looking up the name';
      case 'tunnelling':
        return 'connecting: through the proxy';
      case 'handshaking':
        return 'connecting: TLS handshake';
      case 'connecting':
      case 'ended':
        return 'connecting';
      case undefined:
        return 'waiting for a free connection';
    }
  }

  private settle(error: SendError | undefined, reusable: boolean): void {
    if (this.settled) return;
    this.settled = true;
    clearTimeout(this.timer);
    const result = this.result(error);
    const carrier = this.carrier;
    this.carrier = undefined;
    if (reusable) carrier?.release();
    else carrier?.discard();
    this.done(result);
  }

  private result(error: SendError | undefined): SendResult {
    const result: Mutable<SendResult> = {
      startedAtMs: this.startedAtMs,
      durationMs: roundMs(performance.now() - this.startedAt),
      timing: this.timing(),
    };
    if (this.headers !== undefined && this.body !== undefined) {
      result.response = {
        status: this.status,
        headers: recordHeaders(this.headers),
        body: this.body.text(),
        truncated: this.body.isTruncated,
      };
    }
    if (error !== undefined) result.error = error;
    return result;
  }

  private timing(): AttemptTiming {
    const dialled = this.carrier?.dialTiming;
    if (this.firstByteMs === 0) return dialled ?? {};
    const firstByteMs = roundMs(this.firstByteMs);
    return dialled === undefined ? { firstByteMs } : { ...dialled, firstByteMs };
  }
}

/** Names, values, and the four characters around them; undici passes them on as they came, in turns. */
function headerBytes(raw: Controller['rawHeaders']): number {
  if (!Array.isArray(raw)) return 0;
  let bytes = raw.length * 2;
  for (const part of raw) bytes += part.length;
  return bytes;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function onDeadline(exchange: Exchange): void {
  exchange.onDeadline();
}
