/** Something to be told in a clear line, without a stack trace. */
export class DemoFault extends Error {
  override readonly name = 'DemoFault';
}

/** What went wrong, in one line; fetch hides the reason in `cause`. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause as (Error & { code?: string }) | undefined;
  return cause?.code ?? (cause?.message || error.message || error.name);
}
