import { ProblemError } from '@postel/client';

/** What went wrong, for people: a sentence, the code to look up or to quote, and what can be done. */
export interface ProblemText {
  readonly message: string;
  readonly code: string | null;
  readonly advice: string | null;
  readonly requestId: string | null;
}

export function problemText(error: unknown): ProblemText {
  if (!(error instanceof ProblemError)) {
    return {
      message: 'Postel does not answer.',
      code: null,
      advice: 'Check the connection, and try again.',
      requestId: null,
    };
  }
  const { problem, status, code, requestId } = error;
  return {
    message: problem
      ? (problem.detail ?? problem.title)
      : `The answer was ${status === 0 ? 'a redirect' : status}, and not one of Postel’s.`,
    code,
    advice: adviceFor(error),
    requestId,
  };
}

/** What was asked for is not there, or not any more: no failure to read it. */
export function isGone(error: unknown): boolean {
  return error instanceof ProblemError && error.status === 404;
}

function adviceFor({ status, retryAfterSeconds }: ProblemError): string | null {
  if (retryAfterSeconds !== null) return `Try again in ${retryAfterSeconds} s.`;
  if (status === 403) return 'This needs another credential.';
  if (status >= 500) return 'Try again in a moment.';
  return null;
}

/**
 * The faults of a form's fields, by their names in it: `errors` of the problem carry paths of the body, such as
 * `retry.schedule.0`.
 * @returns what belongs to a field by its first word; what belongs to none is in `rest`
 */
export function fieldFaults(
  error: unknown,
  fields: readonly string[],
): { readonly byField: Readonly<Record<string, string>>; readonly rest: readonly string[] } {
  const byField: Record<string, string> = {};
  const rest: string[] = [];
  for (const { path, message } of error instanceof ProblemError ? error.errors : []) {
    const field = path.split('.')[0] ?? '';
    if (fields.includes(field)) byField[field] = message;
    else rest.push(path === '' ? message : `${path}: ${message}`);
  }
  return { byField, rest };
}
