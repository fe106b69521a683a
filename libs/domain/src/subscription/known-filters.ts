import type { EventFilter } from '@postel/contracts';
import { CompiledFilter } from './compile-filter.js';

interface KnownFilter {
  readonly compiled: CompiledFilter;
  users: number;
}

/** Filters in use, compiled once each, however many endpoints have the same. */
export class KnownFilters {
  private readonly byText = new Map<string, KnownFilter>();

  /** Give it back with {@link release}. */
  take(filter: EventFilter): CompiledFilter {
    const text = JSON.stringify(filter);
    let known = this.byText.get(text);
    if (!known) this.byText.set(text, (known = { compiled: new CompiledFilter(filter), users: 0 }));
    known.users += 1;
    return known.compiled;
  }

  /** One that was taken. */
  release(filter: EventFilter): CompiledFilter | null {
    const text = JSON.stringify(filter);
    const known = this.byText.get(text);
    if (known && --known.users === 0) this.byText.delete(text);
    return known?.compiled ?? null;
  }
}
