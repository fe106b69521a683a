/** One `setImmediate` for all that a turn of the event loop wants done in the one after it. */
export class NextTurn {
  private waiting: { sendNow(): void }[] = [];

  add(connection: { sendNow(): void }): void {
    if (this.waiting.push(connection) === 1) setImmediate(this.sendAll);
  }

  private readonly sendAll = (): void => {
    const { waiting } = this;
    this.waiting = [];
    for (const connection of waiting) connection.sendNow();
  };
}
