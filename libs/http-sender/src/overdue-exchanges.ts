import type { Exchange } from './exchange.js';

/** In a turn: what follows a failed attempt (its outcome, the next one in its place) takes almost a millisecond. */
const FEWEST_AT_ONCE = 2;
/** Of what is left, so that a thousand are over within some hundred turns as well. */
const SHARE_AT_ONCE = 0.01;

/**
 * Exchanges whose deadline has passed, each to be ended unless its answer is read before.
 *
 * Not in the turn of the event loop that runs the timers, which is before it reads sockets: after a pause of the
 * process, an answer that came in time may still lie in the kernel, and our own load is not held against receivers. And
 * a few in each turn: endpoints that hang were often given many requests at once, which pass their deadlines at once
 * too, and what is due to others must not wait until all of them are over.
 */
export class OverdueExchanges {
  private waiting: Exchange[] = [];

  add(exchange: Exchange): void {
    if (this.waiting.push(exchange) === 1) setImmediate(this.endSome);
  }

  private readonly endSome = (): void => {
    const atOnce = Math.max(FEWEST_AT_ONCE, Math.ceil(this.waiting.length * SHARE_AT_ONCE));
    let ended = 0;
    let taken = 0;
    for (const exchange of this.waiting) {
      if (ended === atOnce) break;
      taken += 1;
      if (exchange.settled) continue;
      exchange.endOverdue();
      ended += 1;
    }
    this.waiting = this.waiting.slice(taken);
    if (this.waiting.length > 0) setImmediate(this.endSome);
  };
}
