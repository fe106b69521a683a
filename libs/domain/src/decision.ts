import type { ErrorCode, Refusal } from '@postel/contracts';

/** What a command leads to: facts (none: it finds its work done), or the reason why not. */
export type Decision<Fact> =
  { readonly ok: true; readonly facts: readonly Fact[] } | { readonly ok: false; readonly refusal: Refusal };

export function refused(code: ErrorCode, detail?: string): { readonly ok: false; readonly refusal: Refusal } {
  return { ok: false, refusal: detail === undefined ? { code } : { code, detail } };
}
