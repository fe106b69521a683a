import { connect, isIP, type Socket } from 'node:net';

/** RFC 8305 section 5: the recommended "Connection Attempt Delay". */
const NEXT_ADDRESS_AFTER_MS = 250;
/** At most so many addresses of a family are tried. */
const MAX_ADDRESSES_PER_FAMILY = 4;

interface Attempt {
  readonly socket: Socket;
  readonly onConnect: () => void;
  readonly onError: (error: Error) => void;
}

/**
 * A connection to the first of a host's addresses that answers (RFC 8305, "happy eyeballs").
 *
 *   trying one, and after 250 ms or its failure the next one too ──▶ ended (done with a socket, or with the first error,
 *                                                                    or cancelled: done with nothing)
 *
 * Node's own (`autoSelectFamily`) gives an address up when it tries the next one: a receiver that is 250 ms away, or whose
 * first packet was lost, would never be reached where the last of its addresses cannot be.
 */
export class AddressRace {
  private readonly addresses: readonly string[];
  private readonly running = new Set<Attempt>();
  private tried = 0;
  private firstError: Error | undefined;
  private timer: NodeJS.Timeout | undefined;

  /** @param addresses one at least; of both families in turn, IPv4 first: most hosts cannot dial IPv6 */
  constructor(
    addresses: readonly string[],
    private readonly port: number,
    private readonly done: (...result: [null, Socket] | [Error, null]) => void,
  ) {
    this.addresses = inTurns(addresses);
    this.tryNext();
  }

  /** Closes what is open; `done` is not called any more. */
  cancel(): void {
    clearTimeout(this.timer);
    for (const attempt of this.running) this.drop(attempt);
  }

  private tryNext(): void {
    clearTimeout(this.timer);
    const host = this.addresses[this.tried];
    if (host === undefined) return;
    this.tried += 1;
    const socket = connect({ host, port: this.port, noDelay: true, keepAlive: true });
    const attempt: Attempt = {
      socket,
      onConnect: () => this.onConnect(attempt),
      onError: (error) => this.onError(attempt, error),
    };
    socket.once('connect', attempt.onConnect).once('error', attempt.onError);
    this.running.add(attempt);
    if (this.tried < this.addresses.length) {
      this.timer = setTimeout(() => this.tryNext(), NEXT_ADDRESS_AFTER_MS);
    }
  }

  private onConnect(attempt: Attempt): void {
    this.leave(attempt);
    this.cancel();
    this.done(null, attempt.socket);
  }

  private onError(attempt: Attempt, error: Error): void {
    this.firstError ??= error;
    this.drop(attempt);
    this.tryNext();
    if (this.running.size === 0) this.done(this.firstError, null);
  }

  private drop(attempt: Attempt): void {
    this.leave(attempt);
    attempt.socket.on('error', () => undefined).destroy();
  }

  private leave(attempt: Attempt): void {
    this.running.delete(attempt);
    attempt.socket.off('connect', attempt.onConnect).off('error', attempt.onError);
  }
}

function inTurns(addresses: readonly string[]): string[] {
  const [four = [], six = []] = [4, 6].map((family) =>
    addresses.filter((address) => isIP(address) === family).slice(0, MAX_ADDRESSES_PER_FAMILY),
  );
  return Array.from({ length: Math.max(four.length, six.length) }, (_, turn) => [
    ...four.slice(turn, turn + 1),
    ...six.slice(turn, turn + 1),
  ]).flat();
}
