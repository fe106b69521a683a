import { Resolver } from 'node:dns/promises';

const QUERY_TIMEOUT_MS = 2_000;
const QUERY_TRIES = 2;
/** So that names whose servers are silent, which are somebody's to choose, do not make one after the other. */
const RENEWED_AT_MOST_EVERY_MS = 1_000;

/** What a name server says, or does not say, that is not ours to ask (any more). */
const notAnswered = new Set(['ETIMEOUT', 'ECONNREFUSED', 'EREFUSED']);

/**
 * The name servers of /etc/resolv.conf, as it is now. c-ares, which Node asks by, reads it when a `Resolver` is made; and
 * it waits shorter the faster it was answered lately, down to a quarter of a second, and takes a server that has become
 * slow for silent then. So who was not answered asks once more, by a `Resolver` that was made since.
 */
export class NameServers {
  private current: Resolver;
  private renewedAt = Number.NEGATIVE_INFINITY;
  /** With how many who ask by it. */
  private readonly inUse = new Map<Resolver, number>();

  /** @param servers instead of those of /etc/resolv.conf */
  constructor(private readonly servers?: () => readonly string[]) {
    this.current = this.make();
  }

  /** @throws what `question` rejects with, the second time if it was asked twice */
  async ask<T>(question: (resolver: Resolver) => Promise<T>): Promise<T> {
    const asked = this.current;
    try {
      return await this.askBy(asked, question);
    } catch (error) {
      if (!isNotAnswered(error)) throw error;
      this.renew(asked);
      if (this.current === asked) throw error;
      return this.askBy(this.current, question);
    }
  }

  /** Gives up what is being asked, an IPv6 address that nobody waits for any more among it. */
  close(): void {
    for (const resolver of new Set([this.current, ...this.inUse.keys()])) resolver.cancel();
  }

  private async askBy<T>(resolver: Resolver, question: (resolver: Resolver) => Promise<T>): Promise<T> {
    this.inUse.set(resolver, (this.inUse.get(resolver) ?? 0) + 1);
    try {
      return await question(resolver);
    } finally {
      const left = (this.inUse.get(resolver) ?? 0) - 1;
      if (left === 0) this.inUse.delete(resolver);
      else this.inUse.set(resolver, left);
    }
  }

  private renew(failed: Resolver): void {
    const now = performance.now();
    if (this.current !== failed || now - this.renewedAt < RENEWED_AT_MOST_EVERY_MS) return;
    this.renewedAt = now;
    this.current = this.make();
  }

  private make(): Resolver {
    const resolver = new Resolver({ timeout: QUERY_TIMEOUT_MS, tries: QUERY_TRIES });
    if (this.servers !== undefined) resolver.setServers(this.servers());
    return resolver;
  }
}

function isNotAnswered(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && notAnswered.has(String(error.code))
  );
}
