export interface PlacesOptions {
  /** Of a key: as many as come to it together by their weights. */
  readonly room: number;
  /** Of a key, behind those. */
  readonly maxWaiting: number;
  /** For one that waits. */
  readonly patienceMs: number;
}

interface Waiter {
  readonly weight: number;
  readonly take: () => void;
}

interface Line {
  taken: number;
  /** In the order in which they came. */
  readonly waiting: Set<Waiter>;
}

/** So much room for each key, and a line of those who wait for a place in it. */
export class Places {
  private readonly lines = new Map<string, Line>();

  constructor(private readonly options: PlacesOptions) {}

  /**
   * @param weight of the room; who needs more than all of it has it alone
   * @param admit told once, at once or later: `false` when there was no place in time, or too many wait for one. It is
   *   told nothing when it left before
   * @returns to be called at the end, by whoever got no place too: leaves it, or the line. More than once is once
   */
  enter(key: string, weight: number, admit: (hasPlace: boolean) => void): () => void {
    const { maxWaiting, patienceMs } = this.options;
    const line = this.lineOf(key);
    if (line.waiting.size === 0 && this.hasRoom(line, weight)) {
      const leave = this.leaving(key, line, weight);
      admit(true);
      return leave;
    }
    if (line.waiting.size >= maxWaiting) {
      admit(false);
      return () => undefined;
    }
    const end = (next: () => void) => {
      clearTimeout(late);
      line.waiting.delete(waiter);
      leave = () => undefined;
      next();
      // a lighter one may stand behind it
      this.letIn(key, line);
    };
    const late = setTimeout(() => end(() => admit(false)), patienceMs);
    const waiter: Waiter = {
      weight,
      take: () =>
        end(() => {
          leave = this.leaving(key, line, weight);
          admit(true);
        }),
    };
    let leave = () => end(() => undefined);
    line.waiting.add(waiter);
    return () => leave();
  }

  private lineOf(key: string): Line {
    const line = this.lines.get(key) ?? { taken: 0, waiting: new Set() };
    this.lines.set(key, line);
    return line;
  }

  private hasRoom({ taken }: Line, weight: number): boolean {
    return taken === 0 || taken + weight <= this.options.room;
  }

  /** Takes the place. @returns gives it back */
  private leaving(key: string, line: Line, weight: number): () => void {
    line.taken += weight;
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      line.taken -= weight;
      this.letIn(key, line);
    };
  }

  /** Whoever is first in the line, and has room. */
  private letIn(key: string, line: Line): void {
    const [next] = line.waiting;
    if (next && this.hasRoom(line, next.weight)) next.take();
    else if (!next && line.taken === 0) this.lines.delete(key);
  }
}
