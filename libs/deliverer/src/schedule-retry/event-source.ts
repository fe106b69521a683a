import { readMessage, type Broker } from '@postel/jetstream';
import type { EventArchive } from '@postel/postgres';
import type { EventRef, EventSource, StoredEvent } from './ports.js';

/** The archive first, one query for all; what it does not have yet, or lost, comes from the stream. */
export class ArchiveThenStream implements EventSource {
  constructor(
    private readonly archive: () => Pick<EventArchive, 'payloads'>,
    private readonly broker: Broker,
  ) {}

  async load(refs: readonly EventRef[]): Promise<ReadonlyMap<number, StoredEvent>> {
    const found = new Map<number, StoredEvent>(await this.archive().payloads(refs));
    const missing = [...new Set(refs.map(({ seq }) => seq))].filter((seq) => !found.has(seq));
    await Promise.all(
      missing.map(async (seq) => {
        const stored = await readMessage(this.broker, 'EVENTS', seq);
        if (stored) found.set(seq, { ...stored, isErased: false });
      }),
    );
    return found;
  }
}
