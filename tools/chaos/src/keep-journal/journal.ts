import { open, type FileHandle } from 'node:fs/promises';

/**
 * A file of JSON lines that is on the disk when it says so. What is appended while the disk is busy is written and
 * synced together.
 */
export class Journal {
  private waiting: {
    readonly line: string;
    readonly done: () => void;
    readonly failed: (e: unknown) => void;
  }[] = [];
  private writing: Promise<void> | null = null;

  private constructor(private readonly file: FileHandle) {}

  static async create(path: string): Promise<Journal> {
    return new Journal(await open(path, 'ax'));
  }

  /** Resolves when the record is synced. */
  append(record: unknown): Promise<void> {
    return new Promise((done, failed) => {
      this.waiting.push({ line: `${JSON.stringify(record)}\n`, done, failed });
      this.writing ??= this.writeAll().finally(() => (this.writing = null));
    });
  }

  async close(): Promise<void> {
    await this.writing;
    await this.file.close();
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      try {
        await this.file.appendFile(batch.map(({ line }) => line).join(''));
        await this.file.datasync();
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
  }
}
