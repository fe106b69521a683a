/** Lets all who wait go on, at the latest after their time. A call while nobody waits is kept for the next. */
export class Wakeup {
  private readonly waiting = new Set<() => void>();
  private wasCalled = false;

  wake(): void {
    this.wasCalled = this.waiting.size === 0;
    for (const goOn of this.waiting) goOn();
  }

  wait(timeoutMs: number): Promise<void> {
    if (this.wasCalled) {
      this.wasCalled = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const goOn = () => {
        clearTimeout(timer);
        this.waiting.delete(goOn);
        resolve();
      };
      const timer = setTimeout(goOn, timeoutMs);
      this.waiting.add(goOn);
    });
  }
}
