import type { AttemptRecord, AttemptTiming } from '@postel/contracts';
import type { SendError } from './failure.js';
import type { ResolveName } from './resolve-name.js';

/** What does not belong to a single request. */
export interface SenderOptions {
  /** Networks delivered to beside the public internet. Anything but a network throws. */
  readonly allowCidrs: readonly string[];
  readonly allowHttp: boolean;
  /**
   * `http://[user:password@]host:port`, or with https: makes all connections, by CONNECT. Names are still looked up
   * here, and refused for a refused address; those that cannot be resolved here are left to the proxy.
   */
  readonly egressProxy?: string | null;
  /** All addresses of a name; by default /etc/hosts and then the system's name servers, without search domains. */
  readonly resolve?: ResolveName;
  /** Certificate authorities (PEM) instead of the system's. */
  readonly ca?: string | readonly string[];
  /** Further exchanges with the origin wait their turn, within their deadline (1024). */
  readonly maxConnectionsPerOrigin?: number;
  /** Kept open unused, over all origins (1024): about 75 KB of memory each with TLS. Beyond, the oldest is closed. */
  readonly maxIdleConnections?: number;
  /** How long a connection is kept unused when the receiver does not say (4000), and at most when it does (60000). */
  readonly idleMs?: number;
  readonly maxIdleMs?: number;
}

export interface SendRequest {
  readonly url: string;
  /** `host`, `connection`, `content-length` and `accept-encoding` are the sender's own. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** From `send` to the last byte; waiting, look-up and connecting are within it. */
  readonly timeoutMs: number;
}

/**
 * `error` says that the exchange failed, even where a `response` was read before it did: look at it first.
 * `timing`: how long the look-up, the connecting and the TLS handshake took (absent on a reused connection), and in
 * `firstByteMs` the time from sending the request to the first byte of the answer.
 */
export interface SendResult {
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly timing: AttemptTiming;
  readonly response?: NonNullable<AttemptRecord['response']>;
  readonly error?: SendError;
}

export interface Sender {
  /** Makes one POST. Never rejects for what a receiver does or a URL is; that is in the result. */
  send(request: SendRequest): Promise<SendResult>;
  /**
   * Takes no further requests, waits for those on the way (at most `graceMs`, then they are given up; without it
   * until their deadlines) and resolves when every socket is closed.
   */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}
