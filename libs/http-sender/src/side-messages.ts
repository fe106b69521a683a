import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { SendFailure, sendError } from './failure.js';

/**
 * Of a connection from one request to the next. Servers send two or so tickets after the handshake, and new keys after
 * millions of records.
 */
const MAX_SIDE_MESSAGES = 32;

/**
 * Counts what a receiver sends beside data once TLS is made: tickets and key updates (RFC 8446 sections 4.6.1 and
 * 4.6.3), and renegotiations (RFC 5246 section 7.4.1.1). OpenSSL takes any number of them and Node tells of none as
 * read: 27 bytes of a key update cost 10 to 20 µs, and a megabyte of them, which is read in one turn of the event loop,
 * most of a second in which nobody else is delivered to.
 */
export class SideMessages {
  private count = 0;

  constructor(private readonly socket: Socket) {
    if (!(socket instanceof TLSSocket)) return;
    // Not told of those beyond 10 KiB, which Node keeps no session of; they cost hardly more than other bytes.
    socket.on('session', this.onMessage);
    // The one event that there is of new keys. What it tells, the keys themselves, is left where it is.
    socket.on('keylog', this.onMessage);
  }

  /** A request goes out. */
  begin(): void {
    this.count = 0;
  }

  private readonly onMessage = (): void => {
    this.count += 1;
    if (this.count <= MAX_SIDE_MESSAGES) return;
    this.socket.destroy(new SendFailure(sendError('tls_failed', 'TLS: far more was sent than data')));
  };
}
