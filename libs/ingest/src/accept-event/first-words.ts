import { inboundWord, maxFirstWords, standardFirstWords, type FirstWordFact } from '@postel/contracts';
import { addEventSubjects, type Broker, type ConfigTables, type ConfigWriter } from '@postel/jetstream';

/**
 * The first words of event types are the subjects of EVENTS. A new one is a fact of CONFIG first, then a subject of the
 * stream; whoever updates the stream merges all words of CONFIG, because concurrent updates lose words (measured).
 */
export class FirstWords {
  private readonly underWay = new Map<string, Promise<void>>();
  /** Words that this process saw in the stream. */
  private readonly inStream = new Set<string>(standardFirstWords);

  constructor(
    private readonly broker: Broker,
    private readonly tables: ConfigTables,
    private readonly writer: ConfigWriter,
    private readonly nowMs: () => number,
  ) {}

  /** At boot: whatever CONFIG knows is in the stream. */
  async reconcile(): Promise<void> {
    await addEventSubjects(this.broker, this.tables.firstWords());
    for (const word of this.tables.firstWords()) this.inStream.add(word);
  }

  has(word: string): boolean {
    return this.inStream.has(word);
  }

  /** The stream lost a word to a concurrent update: it is merged again before the next use. */
  forget(word: string): void {
    this.inStream.delete(word);
  }

  /** Whether there is no place for it. One is kept for what comes in by sources, whoever took the others. */
  isFull(word: string): boolean {
    const known = this.tables.firstWords();
    if (known.has(word)) return false;
    const kept = word === inboundWord || known.has(inboundWord) ? 0 : 1;
    return known.size + standardFirstWords.length + kept >= maxFirstWords;
  }

  /** Resolves when EVENTS takes types that begin with this word. */
  async ensure(word: string): Promise<void> {
    if (this.inStream.has(word)) return;
    let adding = this.underWay.get(word);
    if (!adding) {
      adding = this.add(word).finally(() => this.underWay.delete(word));
      this.underWay.set(word, adding);
    }
    await adding;
  }

  private async add(word: string): Promise<void> {
    if (!this.tables.firstWords().has(word) && !standardFirstWords.some((standard) => standard === word)) {
      const fact: FirstWordFact = { v: 1, fact: 'first_word.added', atMs: this.nowMs(), word };
      const appended = await this.writer.append('first-word', '-', word, fact, 0);
      // refused: another process added it at this moment
      await this.tables.reached(appended.ok ? appended.seq : await this.tables.lastSequence());
    }
    for (let tries = 0; tries < 10; tries++) {
      await addEventSubjects(this.broker, new Set([...this.tables.firstWords(), word]));
      const { config } = await this.broker.jsm.streams.info('EVENTS');
      if (config.subjects.includes(`${word}.>`)) {
        this.inStream.add(word);
        return;
      }
    }
    throw new Error(`the stream EVENTS keeps losing the word ${word}`);
  }
}
