import type { PulledMessage } from './pulled-message.js';

/** Messages that this process holds until it tries them again, by position: each is there once. */
export class RestingMessages {
  private readonly bySeq = new Map<
    number,
    { readonly message: PulledMessage; readonly timer: NodeJS.Timeout }
  >();

  add(message: PulledMessage, delayMs: number, onDue: () => void): void {
    const timer = setTimeout(() => {
      this.bySeq.delete(message.seq);
      onDue();
    }, delayMs);
    this.bySeq.set(message.seq, { message, timer });
  }

  take(seq: number): PulledMessage | undefined {
    const resting = this.bySeq.get(seq);
    if (!resting) return undefined;
    clearTimeout(resting.timer);
    this.bySeq.delete(seq);
    return resting.message;
  }

  takeAll(): PulledMessage[] {
    return [...this.bySeq.keys()].flatMap((seq) => this.take(seq) ?? []);
  }
}
