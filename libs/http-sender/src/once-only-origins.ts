/** Far more than there are such receivers. */
const MAX_ORIGINS = 10_000;

/**
 * Origins seen to answer when nobody had asked, as a receiver does that answers a request twice. HTTP/1.1 names no
 * request in its answers (RFC 9112 section 9.3): on a connection that is used again, a second answer that comes a little
 * later is taken for that to the next request, and a delivery for done that failed. So theirs are used once.
 */
export class OnceOnlyOrigins {
  private readonly origins = new Set<string>();

  add(origin: string): void {
    if (this.origins.size >= MAX_ORIGINS) this.origins.clear();
    this.origins.add(origin);
  }

  has(origin: string): boolean {
    return this.origins.size > 0 && this.origins.has(origin);
  }
}
