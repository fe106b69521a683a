import { parsePattern, PatternError, type PatternNode } from './pattern-syntax.js';

type State =
  | { readonly kind: 'character'; readonly matches: (codePoint: number) => boolean; readonly next: number }
  | {
      readonly kind: 'assertion';
      readonly at: 'start' | 'end' | 'boundary' | 'inside';
      readonly next: number;
    }
  | { readonly kind: 'split'; next: readonly number[] }
  | { readonly kind: 'found' };

/** A pattern of more states is refused: `{1,500}` of something long. */
const maxStates = 1_000;
/** One test takes at most so many steps (some 0.5 s); a text that would take more does not match. */
const maxSteps = 10_000_000;
/** The steps of a test are told so many at a time. */
const stepsAtOnce = 10_000;

/**
 * A regular expression that someone else wrote, run in time that grows with the text and the pattern and never with
 * their powers: all its possible states step through the text together (Thompson, 1968). `RegExp` tries one after the
 * other, so that `(a+)+$` stands still on 40 letters. Anchors, classes, choices and repetitions are those of `RegExp`
 * with the flag `u`; lookaround and references to groups, which cannot be run like this, are refused.
 */
export class LinearPattern {
  private readonly states: State[] = [{ kind: 'found' }];
  private readonly start: number;
  private readonly matchers = new Map<string, (codePoint: number) => boolean>();

  /** @param take is told what tests take, and may end one by throwing @throws {PatternError} */
  constructor(
    readonly source: string,
    private readonly take: (steps: number) => void = () => undefined,
  ) {
    this.start = this.add(parsePattern(source), 0);
  }

  /** Whether the pattern is found anywhere in the text. */
  test(text: string): boolean {
    const run = new Run(this.states);
    const found = this.isFound(text, run);
    this.take(run.steps - run.told);
    return found;
  }

  private isFound(text: string, run: Run): boolean {
    let previous = -1;
    for (let at = 0; ;) {
      const current = at < text.length ? (text.codePointAt(at) as number) : -1;
      run.enter(this.start, previous, current);
      if (run.found) return true;
      if (current < 0 || run.steps > maxSteps) return false;
      if (run.steps - run.told > stepsAtOnce) {
        this.take(run.steps - run.told);
        run.told = run.steps;
      }
      at += current > 0xffff ? 2 : 1;
      run.step(current, at < text.length ? (text.codePointAt(at) as number) : -1);
      if (run.found) return true;
      previous = current;
    }
  }

  /** @returns the state in which the node begins; what comes after it is `next` */
  private add(node: PatternNode, next: number): number {
    switch (node.kind) {
      case 'character':
        return this.push({ kind: 'character', matches: this.matcherOf(node.source), next });
      case 'assertion':
        return this.push({ kind: 'assertion', at: node.at, next });
      case 'sequence':
        return node.parts.reduceRight((after, part) => this.add(part, after), next);
      case 'choice':
        return this.push({ kind: 'split', next: node.options.map((option) => this.add(option, next)) });
      case 'repetition':
        return this.addRepetition(node, next);
    }
  }

  private addRepetition({ of, min, max }: PatternNode & { kind: 'repetition' }, next: number): number {
    if (min > maxStates || (max !== Infinity && max > maxStates)) throw tooLarge();
    let start = next;
    if (max === Infinity) {
      const loop: State = { kind: 'split', next: [] };
      start = this.push(loop);
      loop.next = [this.add(of, start), next];
    } else {
      for (let copy = min; copy < max; copy++) {
        start = this.push({ kind: 'split', next: [this.add(of, start), next] });
      }
    }
    for (let copy = 0; copy < min; copy++) start = this.add(of, start);
    return start;
  }

  private matcherOf(source: string): (codePoint: number) => boolean {
    const matcher = this.matchers.get(source) ?? matcherOf(source);
    this.matchers.set(source, matcher);
    return matcher;
  }

  private push(state: State): number {
    if (this.states.length >= maxStates) throw tooLarge();
    return this.states.push(state) - 1;
  }
}

/** One walk through a text: the states in which the pattern may be, all at once. */
class Run {
  found = false;
  steps = 0;
  /** Of these steps those that were told. */
  told = 0;
  private active: number[] = [];
  /** In which step a state was last entered, so that none is entered twice. */
  private readonly enteredIn: Uint32Array;
  private stepNumber = 1;

  constructor(private readonly states: readonly State[]) {
    this.enteredIn = new Uint32Array(states.length);
  }

  step(current: number, following: number): void {
    const before = this.active;
    this.active = [];
    this.stepNumber++;
    for (const index of before) {
      const state = this.states[index] as State & { kind: 'character' };
      this.steps++;
      if (state.matches(current)) this.enter(state.next, current, following);
    }
  }

  /** Goes on from a state as far as that takes no character. */
  enter(first: number, previous: number, following: number): void {
    const open = [first];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      if (this.enteredIn[index] === this.stepNumber) continue;
      this.enteredIn[index] = this.stepNumber;
      this.steps++;
      const state = this.states[index] as State;
      if (state.kind === 'found') this.found = true;
      else if (state.kind === 'character') this.active.push(index);
      else if (state.kind === 'split') open.push(...state.next);
      else if (holds(state.at, previous, following)) open.push(state.next);
    }
  }
}

function holds(at: 'start' | 'end' | 'boundary' | 'inside', previous: number, following: number): boolean {
  switch (at) {
    case 'start':
      return previous < 0;
    case 'end':
      return following < 0;
    case 'boundary':
      return isWord(previous) !== isWord(following);
    case 'inside':
      return isWord(previous) === isWord(following);
  }
}

function isWord(codePoint: number): boolean {
  return codePoint >= 0 && /^\w$/.test(String.fromCodePoint(codePoint));
}

/** What a single character of a pattern means is asked of `RegExp` itself. */
function matcherOf(source: string): (codePoint: number) => boolean {
  const one = new RegExp(`^${source}$`, 'u');
  const ascii = Array.from({ length: 128 }, (_, codePoint) => one.test(String.fromCodePoint(codePoint)));
  return (codePoint) => ascii[codePoint] ?? one.test(String.fromCodePoint(codePoint));
}

function tooLarge(): PatternError {
  return new PatternError('it is too large: repetitions count as often as they may repeat');
}
