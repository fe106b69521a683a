/**
 * Lets at most so many attempts of one endpoint, and of all, run at once; the rest wait in the order they came.
 * An endpoint at its own limit holds nobody else back: the next endpoint with room goes first.
 */
export class EndpointGate {
  private readonly queues = new Map<string, (() => void)[]>();
  private readonly running = new Map<string, number>();
  /** Endpoints with something waiting and room to run it, in turn. */
  private readonly eligible = new Set<string>();
  private total = 0;

  constructor(private readonly limits: { readonly perEndpoint: number; readonly total: number }) {}

  get inFlight(): number {
    return this.total;
  }

  async run<T>(endpointId: string, work: () => Promise<T>): Promise<T> {
    await this.enter(endpointId);
    try {
      return await work();
    } finally {
      this.leave(endpointId);
    }
  }

  private enter(endpointId: string): Promise<void> | undefined {
    if (
      this.total < this.limits.total &&
      this.runningOf(endpointId) < this.limits.perEndpoint &&
      !this.queues.has(endpointId)
    ) {
      this.start(endpointId);
      return undefined;
    }
    return new Promise((resolve) => {
      const queue = this.queues.get(endpointId);
      if (queue) queue.push(resolve);
      else this.queues.set(endpointId, [resolve]);
      this.admit();
      this.update(endpointId);
    });
  }

  private leave(endpointId: string): void {
    this.total -= 1;
    const left = this.runningOf(endpointId) - 1;
    if (left === 0) this.running.delete(endpointId);
    else this.running.set(endpointId, left);
    this.update(endpointId);
    this.admit();
  }

  private admit(): void {
    while (this.total < this.limits.total) {
      const [endpointId] = this.eligible;
      if (endpointId === undefined) return;
      this.eligible.delete(endpointId); // and to the back of the line, below
      const queue = this.queues.get(endpointId);
      const next = queue?.shift();
      if (!queue || queue.length === 0) this.queues.delete(endpointId);
      if (!next) continue;
      this.start(endpointId);
      this.update(endpointId);
      next();
    }
  }

  private start(endpointId: string): void {
    this.total += 1;
    this.running.set(endpointId, this.runningOf(endpointId) + 1);
  }

  private update(endpointId: string): void {
    if (this.queues.has(endpointId) && this.runningOf(endpointId) < this.limits.perEndpoint)
      this.eligible.add(endpointId);
    else this.eligible.delete(endpointId);
  }

  private runningOf(endpointId: string): number {
    return this.running.get(endpointId) ?? 0;
  }
}
