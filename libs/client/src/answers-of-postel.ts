import type { Middleware } from 'openapi-fetch';
import { problemErrorOf } from './problem-error.js';

/**
 * Refuses a success that is none of the API's: the page of a proxy that wants somebody to sign in, or whatever else listens at
 * a wrong address. Taken for an answer it would be an event that was never published. Postel answers with JSON, says of what
 * was published what it is, and a DELETE may be answered with nothing; who asks for another form than JSON looks at it
 * themselves.
 * @throws {ProblemError} without a problem
 */
export const answersOfPostel: Middleware = {
  async onResponse({ request, response, options, schemaPath }) {
    if (!response.ok || options.parseAs !== 'json') return;
    if (!mayBeOfPostel(request, response)) {
      await response.body?.cancel();
      throw problemErrorOf(response, null);
    }
    const isExpected = request.method === 'POST' ? expected[schemaPath] : undefined;
    if (isExpected && !isExpected(await fieldsOf(response.clone()))) throw problemErrorOf(response, null);
  },
};

type Fields = Readonly<Record<string, unknown>> | null;

/** By what says that it is on disk: many a service answers any POST with some JSON. */
const expected: Readonly<Record<string, (answer: Fields) => boolean>> = {
  '/v1/events': (answer) => typeof answer?.['id'] === 'string' && 'duplicate' in answer,
  '/v1/events/batch': (answer) => Array.isArray(answer?.['accepted']) && Array.isArray(answer['rejected']),
};

function mayBeOfPostel({ method }: Request, { status, headers }: Response): boolean {
  if (status === 204) return method === 'DELETE';
  return (
    /^application\/json\b/i.test(headers.get('content-type') ?? '') && headers.get('content-length') !== '0'
  );
}

async function fieldsOf(response: Response): Promise<Fields> {
  const answer: unknown = await response.json().catch(() => null);
  return typeof answer === 'object' ? (answer as Fields) : null;
}
