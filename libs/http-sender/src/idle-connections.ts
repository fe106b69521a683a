/** What an idle connection has to be able to do; the links are the list's own. */
export interface IdleConnection {
  newer: IdleConnection | undefined;
  older: IdleConnection | undefined;
  /** Closes it, and takes it off the list. */
  discard(): void;
}

/**
 * The connections that are idle, over all origins, in the order in which they became so. When there are too many, the
 * one idle longest is closed: the endpoints in use keep theirs, however many others there are.
 */
export class IdleConnections {
  private newest: IdleConnection | undefined;
  private oldest: IdleConnection | undefined;
  private count = 0;

  constructor(private max: number) {}

  get size(): number {
    return this.count;
  }

  add(connection: IdleConnection): void {
    connection.older = this.newest;
    if (this.newest === undefined) this.oldest = connection;
    else this.newest.newer = connection;
    this.newest = connection;
    this.count += 1;
    if (this.count > this.max) this.oldest?.discard();
  }

  remove(connection: IdleConnection): void {
    const { newer, older } = connection;
    if (newer === undefined) this.newest = older;
    else newer.older = older;
    if (older === undefined) this.oldest = newer;
    else older.newer = newer;
    connection.newer = undefined;
    connection.older = undefined;
    this.count -= 1;
  }

  /** Closes all, and whatever becomes idle from now on. */
  close(): void {
    this.max = 0;
    while (this.oldest !== undefined) this.oldest.discard();
  }
}
