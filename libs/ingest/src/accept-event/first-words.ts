import {
  defaultTenant,
  inboundWord,
  maxFirstWords,
  operatorTenant,
  standardFirstWords,
  type FirstWordFact,
} from '@postel/contracts';
import type { Principal } from '@postel/http-api';
import { addEventSubjects, type Broker, type ConfigTables, type ConfigWriter } from '@postel/jetstream';

/** For whom a word is new: what a tenant may add is judged by the credential that adds it. */
export type WordsOwner = Pick<Principal, 'kind' | 'tenant'>;

/**
 * The first words of event types are the subjects of EVENTS. A new one is a fact of CONFIG first, then a subject of the
 * stream; whoever updates the stream merges all words of CONFIG, and looks afterwards, because concurrent updates lose
 * words (measured).
 */
export class FirstWords {
  private readonly underWay = new Map<string, Promise<void>>();
  /** Places that are kept for words which are about to come, by word: for whom. */
  private readonly claims = new Map<string, { readonly tenant: string; claimed: number }>();
  /** One update of the stream after the other: two at once lose words, and an event that was sent may be sent again. */
  private merged: Promise<void> = Promise.resolve();
  /** Words that this process saw in the stream. */
  private readonly inStream = new Set<string>(standardFirstWords);

  constructor(
    private readonly broker: Broker,
    private readonly tables: ConfigTables,
    private readonly writer: ConfigWriter,
    private readonly nowMs: () => number,
  ) {}

  /** At boot: whatever CONFIG knows is in the stream. */
  reconcile(): Promise<void> {
    return this.mergeAll();
  }

  has(word: string): boolean {
    return this.inStream.has(word);
  }

  /** The stream lost a word to a concurrent update: it is merged again before the next use. */
  forget(word: string): void {
    this.inStream.delete(word);
  }

  /**
   * Whether there is no place for it. One is kept for what comes in by sources, whoever took the others.
   *
   * Where there are several tenants, none may have more of its own than are left, so that there is always a place for
   * who has fewer. The operator decides for all, and is not held to that; nor is a tenant that is alone.
   */
  isFull(word: string, { kind, tenant }: WordsOwner): boolean {
    const known = this.tables.firstWords();
    if (known.has(word)) return false;
    const kept = word === inboundWord || known.has(inboundWord) ? 0 : 1;
    const claimed = [...this.claims].filter(([other]) => !known.has(other)).map(([, claim]) => claim.tenant);
    const left = maxFirstWords - standardFirstWords.length - known.size - claimed.length - kept;
    if (left <= 0) return true;
    if (word === inboundWord || kind === 'admin' || this.isAlone(tenant)) return false;
    return [...known.values(), ...claimed].filter((owner) => owner === tenant).length >= left;
  }

  private isAlone(tenant: string): boolean {
    const ids = [...this.tables.table('tenant').all()].map(({ state }) => state.id);
    return [defaultTenant, ...ids].every((id) => id === tenant || id === operatorTenant);
  }

  /**
   * Keeps its place for a word that is about to come: many may come at once.
   * @returns gives the place back, once the word has come or has not; `null`: there is none
   */
  claim(word: string, owner: WordsOwner): (() => void) | null {
    const claim = this.claims.get(word) ?? { tenant: owner.tenant, claimed: 0 };
    if (claim.claimed === 0 && this.isFull(word, owner)) return null;
    claim.claimed += 1;
    this.claims.set(word, claim);
    return () => {
      claim.claimed -= 1;
      if (claim.claimed === 0) this.claims.delete(word);
    };
  }

  /**
   * Resolves when EVENTS takes types that begin with this word.
   * @param tenant for which it is added, if it is new
   */
  async ensure(word: string, tenant: string): Promise<void> {
    if (this.inStream.has(word)) return;
    let adding = this.underWay.get(word);
    if (!adding) {
      adding = this.add(word, tenant).finally(() => this.underWay.delete(word));
      this.underWay.set(word, adding);
    }
    await adding;
  }

  private async add(word: string, tenant: string): Promise<void> {
    if (!this.tables.firstWords().has(word) && !standardFirstWords.some((standard) => standard === word)) {
      const fact: FirstWordFact = { v: 1, fact: 'first_word.added', atMs: this.nowMs(), word, tenant };
      const appended = await this.writer.append('first-word', '-', word, fact, 0);
      // refused: another process added it at this moment
      await this.tables.reached(appended.ok ? appended.seq : await this.tables.lastSequence());
    }
    const turn = this.merged.then(() => this.merge(word));
    this.merged = turn.catch(() => undefined);
    await turn;
  }

  /** Of all words that are known; those that came meanwhile need no update of their own. */
  private async merge(word: string): Promise<void> {
    if (this.inStream.has(word)) return;
    await this.mergeAll();
    if (!this.inStream.has(word)) throw new Error(`the stream EVENTS keeps losing the word ${word}`);
  }

  /**
   * An update loses what another process added since its look at the stream. That was in CONFIG before: whoever updates
   * looks there afterwards, and does it again where a word is missing, so that the last update of all has every word.
   */
  private async mergeAll(): Promise<void> {
    for (let tries = 0; tries < 10; tries++) {
      await addEventSubjects(this.broker, this.tables.firstWords().keys());
      await this.tables.catchUp();
      const { subjects } = (await this.broker.jsm.streams.info('EVENTS')).config;
      const words = [...standardFirstWords, ...this.tables.firstWords().keys()];
      const there = words.filter((word) => subjects.includes(`${word}.>`));
      for (const word of there) this.inStream.add(word);
      if (there.length === words.length) return;
    }
  }
}
