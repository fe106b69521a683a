export interface Complaint {
  /** What should be, in a few words. */
  readonly check: string;
  readonly count: number;
  /** The first few. */
  readonly examples: readonly string[];
}

const maxExamples = 3;

/** Collects what does not fit, check by check. */
export class Complaints {
  private readonly found = new Map<string, { count: number; examples: string[] }>();

  add(check: string, example: string): void {
    const entry = this.found.get(check) ?? { count: 0, examples: [] };
    entry.count += 1;
    if (entry.examples.length < maxExamples) entry.examples.push(example);
    this.found.set(check, entry);
  }

  /** Two figures that should be the same. */
  equal(check: string, left: number, right: number): void {
    if (left !== right) this.add(check, `${left} and ${right}`);
  }

  list(): Complaint[] {
    return [...this.found].map(([check, { count, examples }]) => ({ check, count, examples }));
  }
}
