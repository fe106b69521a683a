import type { Refusal } from '@postel/contracts';

/** A refusal on its way to the edge, where it becomes an RFC 9457 problem. */
export class RefusalError extends Error {
  override name = 'RefusalError';
  constructor(
    readonly refusal: Refusal,
    /** For 429 and 503. */
    readonly retryAfterSec?: number,
  ) {
    super(refusal.detail ?? refusal.code);
  }
}

export function refuse(code: Refusal['code'], detail?: string): never {
  throw new RefusalError({ code, ...(detail === undefined ? {} : { detail }) });
}
