/**
 * Something the person who starts Postel can put right: a taken port, an unwritable directory, a missing
 * download. The message is one clear line, fit to be shown as it is, without a stack trace.
 */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}

/** The system's code of an I/O error (`EACCES`), or the message of anything else. */
export function reasonOf(error: unknown): string {
  // By its shape and not by instanceof: in Jest the errors of Node's own modules are of another realm.
  const { cause, code, message } = error as { cause?: unknown; code?: unknown; message?: unknown };
  if (typeof cause === 'object' && cause !== null) return reasonOf(cause);
  if (typeof code === 'string') return code;
  return typeof message === 'string' ? message : String(error);
}
