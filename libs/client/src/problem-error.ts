import type { components } from './schema.js';

export type Problem = components['schemas']['Problem'];

/** A refusal of the API (RFC 9457), or an answer that is none of the API's. */
export class ProblemError extends Error {
  override name = 'ProblemError';
  readonly code: Problem['code'] | null;
  /** Where in the body or query, and what. */
  readonly errors: NonNullable<Problem['errors']>;

  constructor(
    readonly status: number,
    readonly problem: Problem | null,
    readonly requestId: string | null,
    /** What the answer asks to wait, where it does. */
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(messageOf(status, problem));
    this.code = problem?.code ?? null;
    this.errors = problem?.errors ?? [];
  }
}

/**
 * What a call answered.
 * @throws {ProblemError} when it was refused
 */
export async function unwrap<Data>(
  call: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<Data> {
  const { data, error, response } = await call;
  if (response.ok) return data as Data;
  throw problemErrorOf(response, error);
}

/** Of an answer that is no good, and that nobody has read. */
export async function problemOfResponse(response: Response): Promise<ProblemError> {
  const problem: unknown = await response.json().catch(() => null);
  return problemErrorOf(response, problem);
}

function problemErrorOf({ status, headers }: Response, problem: unknown): ProblemError {
  return new ProblemError(
    status,
    isProblem(problem) ? problem : null,
    headers.get('x-request-id'),
    secondsOf(headers.get('retry-after')),
  );
}

function secondsOf(retryAfter: string | null): number | null {
  return retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) : null;
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'status' in value;
}

function messageOf(status: number, problem: Problem | null): string {
  if (!problem) return `the API answered ${status}`;
  const { code, title, detail, errors = [] } = problem;
  const fields = errors.map(({ path, message }) => `${path}: ${message}`);
  return `${status} ${code}: ${[detail ?? title, ...fields].join('; ')}`;
}
