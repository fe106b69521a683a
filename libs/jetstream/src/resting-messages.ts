import type { HeldMessage } from './held-message.js';

/** Messages that this process holds until it tries them again, by position: each is there once. */
export class RestingMessages {
  private readonly bySeq = new Map<
    number,
    { readonly message: HeldMessage; readonly timer: NodeJS.Timeout }
  >();

  add(message: HeldMessage, delayMs: number, onDue: () => void): void {
    const timer = setTimeout(() => {
      this.bySeq.delete(message.seq);
      onDue();
    }, delayMs);
    this.bySeq.set(message.seq, { message, timer });
  }

  take(seq: number): HeldMessage | undefined {
    const resting = this.bySeq.get(seq);
    if (!resting) return undefined;
    clearTimeout(resting.timer);
    this.bySeq.delete(seq);
    return resting.message;
  }

  takeAll(): HeldMessage[] {
    return [...this.bySeq.keys()].flatMap((seq) => this.take(seq) ?? []);
  }
}
