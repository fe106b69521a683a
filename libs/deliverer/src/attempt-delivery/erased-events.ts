import { logFilter } from '@postel/contracts';
import { followStream, positionedFacts, type Broker } from '@postel/jetstream';

export interface ErasedEventsParts {
  readonly broker: Broker;
  readonly onTrouble: (error: Error) => void;
}

/** What is under way is younger than the oldest of so many erasures. */
const maxRemembered = 100_000;

/**
 * Events whose payload was erased, by position in EVENTS: what DELIVERIES still has of them is not sent. Read from the
 * log, from its beginning, so that also what lay there while nobody delivered is known.
 */
export class ErasedEvents {
  private readonly seqs = new Set<number>();
  private readonly stopped = new AbortController();
  private following: Promise<void> = Promise.resolve();

  constructor(private readonly parts: ErasedEventsParts) {}

  /** Resolves when all that was told so far is known. */
  async start(): Promise<void> {
    await new Promise<void>((level) => {
      this.following = followStream(this.parts.broker, {
        stream: 'LOG',
        filters: [logFilter('event.erased')],
        start: { after: 0 },
        signal: this.stopped.signal,
        onBatch: (batch) => {
          for (const { fact } of positionedFacts(batch)) this.add(fact.eventSeq);
          return Promise.resolve();
        },
        onLevel: level,
        onTrouble: this.parts.onTrouble,
      });
    });
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.following;
  }

  has(eventSeq: number): boolean {
    return this.seqs.has(eventSeq);
  }

  private add(eventSeq: number): void {
    this.seqs.add(eventSeq);
    if (this.seqs.size <= maxRemembered) return;
    const [oldest] = this.seqs;
    if (oldest !== undefined) this.seqs.delete(oldest);
  }
}
