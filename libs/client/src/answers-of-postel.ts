import type { Middleware } from 'openapi-fetch';
import { problemErrorOf } from './problem-error.js';

/**
 * Refuses a success that is none of the API's: the page of a proxy that wants somebody to sign in, or whatever else listens at
 * a wrong address. Taken for an answer it would be an event that was never published. Postel answers with JSON, and a
 * DELETE may be answered with nothing; who asks for another form than JSON looks at it themselves.
 * @throws {ProblemError} without a problem
 */
export const answersOfPostel: Middleware = {
  async onResponse({ request, response, options }) {
    if (!response.ok || options.parseAs !== 'json' || isOfPostel(request, response)) return;
    await response.body?.cancel();
    throw problemErrorOf(response, null);
  },
};

function isOfPostel({ method }: Request, { status, headers }: Response): boolean {
  if (status === 204) return method === 'DELETE';
  return (
    /^application\/json\b/i.test(headers.get('content-type') ?? '') && headers.get('content-length') !== '0'
  );
}
