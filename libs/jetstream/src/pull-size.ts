/** A window full of the largest events is not asked for at once. */
const mostBytes = 8 * 1024 * 1024;
/** The largest message must fit, or the broker would never hand it out. */
const leastBytes = 2.25 * 1024 * 1024;
/** How much of what is known of sizes is by the message that came last. */
const weightOfLast = 1 / 16;

/** How much to ask for: what a message of the broker brings is known only by those that came before it. */
export class PullSize {
  /** Since a large one came they are taken to be smaller only little by little. */
  private perMessage = 1;
  private averageBytes = 1_024;

  /** @param window messages that are asked for or in work at once, each of a pack by itself */
  constructor(private readonly window: number) {}

  /** A message of the broker brought so many, of so many bytes in all. */
  note(count: number, sizeBytes: number): void {
    this.perMessage = Math.max(count, this.perMessage + (count - this.perMessage) * weightOfLast);
    this.averageBytes += (sizeBytes / count - this.averageBytes) * weightOfLast;
  }

  /**
   * Messages of the broker that fill a room for so many. Where there is any there is room for one, whatever it brings:
   * what is in work for long must not keep out the rest because that came in packs lately.
   */
  messagesFor(room: number): number {
    return room > 0 ? Math.max(1, Math.floor(room / this.perMessage)) : 0;
  }

  /** So that packs do not bring far more than there is room for where single messages were expected. */
  get maxBytes(): number {
    const likely = 2 * this.window * this.averageBytes;
    return Math.round(Math.min(mostBytes, Math.max(leastBytes, likely)));
  }
}
