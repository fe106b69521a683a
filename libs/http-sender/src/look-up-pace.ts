/**
 * More at once are dropped where they are received: a name server has room for some hundred questions, and Linux for as
 * many answers of it.
 */
const PLACES = 64;
/** So that names whose servers are silent do not take all places: a place is for the time in which most are answered. */
const PLACE_IS_HELD_MS = 25;

/**
 * Lets look-ups begin a few at a time, in their order.
 *
 *   waiting ──▶ asking, with a place ──▶ asking, without one (after 25 ms) ───▶ ended
 *      │                 └─────────────────────────────────────────────────────▶ ended, and its place is another's
 *      └──▶ ended (rejected, when it is closed)
 */
export class LookUpPace {
  private taken = 0;
  private waiting: { begin: () => void; reject: (reason: Error) => void }[] = [];

  run<T>(lookUp: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ begin: () => resolve(this.withPlace(lookUp)), reject });
      this.beginNext();
    });
  }

  /** Rejects what has not begun. */
  close(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const { reject } of waiting) reject(new Error('look-ups are closed'));
  }

  private async withPlace<T>(lookUp: () => Promise<T>): Promise<T> {
    this.taken += 1;
    let isHeld = true;
    const giveBack = (): void => {
      if (!isHeld) return;
      isHeld = false;
      this.taken -= 1;
      this.beginNext();
    };
    const timer = setTimeout(giveBack, PLACE_IS_HELD_MS);
    try {
      return await lookUp();
    } finally {
      clearTimeout(timer);
      giveBack();
    }
  }

  private beginNext(): void {
    if (this.taken < PLACES) this.waiting.shift()?.begin();
  }
}
