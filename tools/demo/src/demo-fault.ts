import { ProblemError } from '@postel/client';

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

/** What ended the demo, for whoever runs it; the stack of what nobody thought of. */
export function toldOf(error: unknown): string {
  if (error instanceof DemoFault) return error.message;
  if (error instanceof ProblemError) return `Postel refused: ${error.message}.`;
  const noAnswer = error instanceof TypeError && error.cause !== undefined;
  if (noAnswer || (error as Error).name === 'TimeoutError')
    return `Postel does not answer: ${reasonOf(error)}.`;
  return String((error as Error).stack ?? error);
}
