/** A line that changes on a terminal; elsewhere a line every few seconds. */
export class ProgressLine {
  private shown = '';
  private lastMs = 0;

  constructor(
    private readonly out: NodeJS.WriteStream,
    private readonly everyMs = 3_000,
  ) {}

  update(text: string): void {
    if (this.out.isTTY) {
      const line = text.slice(0, Math.max(20, (this.out.columns ?? 80) - 1));
      if (line !== this.shown) this.out.write(`\r\u001b[2K${line}`);
      this.shown = line;
      return;
    }
    if (Date.now() - this.lastMs < this.everyMs) return;
    this.lastMs = Date.now();
    this.out.write(`${text}\n`);
  }

  /** A line that stays; the changing one goes. */
  say(text: string): void {
    if (this.shown !== '') this.out.write('\r\u001b[2K');
    this.shown = '';
    this.out.write(`${text}\n`);
  }
}
