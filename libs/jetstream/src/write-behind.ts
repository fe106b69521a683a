/** One batch is written while the next one is read; after one that failed, none. */
export class WriteBehind {
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly onFailure: () => void) {}

  /** Waits for the write before this one. @throws what that failed of */
  async begin(write: () => Promise<void>): Promise<void> {
    await this.writing;
    this.writing = write();
    this.writing.catch(this.onFailure);
  }

  /** @throws what it failed of */
  written(): Promise<void> {
    return this.writing;
  }

  /** Not at all when it failed. */
  whenWritten(next: () => void): void {
    void this.writing.then(next, () => undefined);
  }
}
