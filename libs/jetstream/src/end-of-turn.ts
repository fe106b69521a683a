/**
 * Runs what a turn of the event loop has gathered together at its end. The NATS client writes to its socket once for all
 * that is published in one go, but once for each where promises resolve in between.
 */
export class EndOfTurn {
  private tasks: (() => void)[] = [];

  add(task: () => void): void {
    if (this.tasks.push(task) === 1) setImmediate(this.run);
  }

  private readonly run = (): void => {
    const tasks = this.tasks;
    this.tasks = [];
    for (const task of tasks) task();
  };
}
