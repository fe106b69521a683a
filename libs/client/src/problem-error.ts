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
    /** What the answer is, where it is none of the API's: `200 with text/html`. */
    strange: string | null = null,
  ) {
    super(messageOf(status, problem, strange));
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

/** @param problem what stood in the answer: whatever is no problem counts as none */
export function problemErrorOf(response: Response, problem: unknown): ProblemError {
  const { status, headers } = response;
  return new ProblemError(
    status,
    isProblem(problem) ? problem : null,
    headers.get('x-request-id'),
    secondsOf(headers.get('retry-after')),
    strangeness(response),
  );
}

function strangeness({ status, headers, type }: Response): string {
  const location = headers.get('location');
  // browsers do not tell where to
  if (location !== null || type === 'opaqueredirect') return `a redirect to ${location ?? 'elsewhere'}`;
  return `${status} with ${headers.get('content-type') ?? 'no content-type'}`;
}

function secondsOf(retryAfter: string | null): number | null {
  return retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) : null;
}

function isProblem(value: unknown): value is Problem {
  if (typeof value !== 'object' || value === null) return false;
  const { code, status, errors = [] } = value as Partial<Record<keyof Problem, unknown>>;
  return typeof code === 'string' && typeof status === 'number' && Array.isArray(errors);
}

function messageOf(status: number, problem: Problem | null, strange: string | null): string {
  if (!problem) return `the answer is none of Postel's: ${strange ?? status}`;
  const { code, title, detail, errors = [] } = problem;
  const fields = errors.map(({ path, message }) => `${path}: ${message}`);
  return `${status} ${code}: ${[detail ?? title, ...fields].join('; ')}`;
}
