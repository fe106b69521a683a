import type { SourceState } from '@postel/contracts';
import type { ConfigTables } from '@postel/jetstream';

/**
 * Sources by their ids, which are unique over all tenants: whoever sends to one names no tenant. In CONFIG they lie by
 * their names. Make it before the tables start: it follows them from the first.
 */
export class SourcesById {
  private readonly sources = new Map<string, SourceState>();

  constructor(tables: Pick<ConfigTables, 'table'>) {
    tables.table('source').onChange(({ entry, previous }) => {
      if (previous) this.sources.delete(previous.id);
      if (entry) this.sources.set(entry.state.id, entry.state);
    });
  }

  get(sourceId: string): SourceState | undefined {
    return this.sources.get(sourceId);
  }
}
