/**
 * Something the person who starts Postel can put right: a taken port, an unwritable directory, a missing
 * download. The message is one clear line, fit to be shown as it is, without a stack trace.
 */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}

/** The system's code of an I/O error (`EACCES`), or the message of anything else. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause : error;
  const code = (cause as NodeJS.ErrnoException).code;
  return code ?? cause.message;
}
