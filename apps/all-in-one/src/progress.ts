/** Progress for a person: one line that changes on a terminal, one line a step elsewhere. */
export class Progress {
  private readonly startedMs = Date.now();
  private open = false;

  constructor(private readonly out: NodeJS.WriteStream) {}

  step(text: string): void {
    this.end();
    const line = `  ${seconds(Date.now() - this.startedMs)}  ${text}`;
    this.out.write(this.out.isTTY ? line : `${line}\n`);
    this.open = this.out.isTTY;
  }

  line(text: string): void {
    this.end();
    this.out.write(`${text}\n`);
  }

  private end(): void {
    if (this.open) this.out.write('\n');
    this.open = false;
  }
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1).padStart(5)} s`;
}
