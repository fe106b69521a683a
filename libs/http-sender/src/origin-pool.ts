import { Connection, type ConnectionOptions, type ConnectionOwner } from './connection.js';
import type { Exchange } from './exchange.js';
import type { IdleConnections } from './idle-connections.js';
import type { OnceOnlyOrigins } from './once-only-origins.js';

export interface OriginPoolLimits {
  readonly maxConnections: number;
  /** Those of all origins. */
  readonly idle: IdleConnections;
  /** Whose connections carry one request each. */
  readonly onceOnly: OnceOnlyOrigins;
  /** The origin has no connection and no exchange any more. */
  onEmpty(): void;
  onClosing(closed: Promise<void>): void;
}

/** The connections to one origin: the one used last is used first, so that the others may end. */
export class OriginPool implements ConnectionOwner {
  private readonly open = new Set<Connection>();
  private readonly idle: Connection[] = [];
  private readonly waiting: Exchange[] = [];

  constructor(
    private readonly options: ConnectionOptions,
    private readonly limits: OriginPoolLimits,
  ) {}

  start(exchange: Exchange): void {
    const idle = this.idle.pop();
    if (idle !== undefined) {
      this.limits.idle.remove(idle);
      idle.run(exchange);
    } else if (this.open.size < this.limits.maxConnections) {
      this.openFor(exchange);
    } else {
      this.waiting.push(exchange);
    }
  }

  onSecondAnswer(): void {
    this.limits.onceOnly.add(this.options.origin);
  }

  onReleased(connection: Connection): void {
    if (this.limits.onceOnly.has(this.options.origin)) return connection.discard();
    const next = this.nextWaiting();
    if (next !== undefined) {
      connection.run(next);
    } else {
      this.idle.push(connection);
      this.limits.idle.add(connection);
    }
  }

  onDiscarded(connection: Connection, closed: Promise<void>): void {
    this.open.delete(connection);
    this.limits.onClosing(closed);
    const index = this.idle.indexOf(connection);
    if (index !== -1) {
      this.idle.splice(index, 1);
      this.limits.idle.remove(connection);
    }
    const next = this.nextWaiting();
    if (next !== undefined) this.openFor(next);
    else if (this.open.size === 0) this.limits.onEmpty();
  }

  private openFor(exchange: Exchange): void {
    const connection = new Connection(this.options, this);
    this.open.add(connection);
    connection.run(exchange);
  }

  /** Those whose deadline has passed are settled already. */
  private nextWaiting(): Exchange | undefined {
    let next = this.waiting.shift();
    while (next?.settled === true) next = this.waiting.shift();
    return next;
  }
}
