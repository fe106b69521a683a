/** Whether anything comes, comments included; what is not asked for cannot come, and while paused nothing is waited for. */
export class Silence {
  over = false;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly longestMs: number,
    private readonly end: () => void,
  ) {
    this.resume();
  }

  watching(): TransformStream<Uint8Array, Uint8Array> {
    return new TransformStream({
      transform: (chunk, controller) => {
        if (this.timer !== null) this.resume();
        controller.enqueue(chunk);
      },
    });
  }

  pause(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  resume(): void {
    this.pause();
    this.timer = setTimeout(() => {
      this.over = true;
      this.end();
    }, this.longestMs);
  }
}
