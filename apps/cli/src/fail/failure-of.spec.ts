import { describe, expect, it } from '@jest/globals';
import { ProblemError, type Problem } from '@postel/client';
import { exitCodes, usageFailure } from './command-failure.js';
import { failureOf } from './failure-of.js';

function refused(status: number, code: Problem['code']) {
  const problem: Problem = { type: 'x', title: 'No', status, code };
  return new ProblemError(status, problem, 'req-1');
}

function withCode(code: string, message = code): Error {
  return Object.assign(new Error(message), { code });
}

describe('what is told of a failure', () => {
  it.each([
    [
      refused(404, 'endpoint_not_found'),
      exitCodes.refused,
      /^404 endpoint_not_found: No \(`postel endpoints list`/,
    ],
    [refused(401, 'unauthorized'), exitCodes.refused, /postel login/],
    [refused(503, 'database_unavailable'), exitCodes.unreachable, /\[request req-1\] \(`postel doctor`/],
    [new ProblemError(502, null, null), exitCodes.unreachable, /^the answer is none of Postel's: 502 \(/],
    [new ProblemError(404, null, null), exitCodes.unreachable, /is the address right\?/],
    [
      new TypeError('fetch failed', { cause: withCode('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1') }),
      exitCodes.unreachable,
      /cannot be reached: connect ECONNREFUSED/,
    ],
    [
      new TypeError('fetch failed', { cause: new AggregateError([withCode('ECONNREFUSED', '')]) }),
      exitCodes.unreachable,
      /ECONNREFUSED/,
    ],
    [new TypeError('fetch failed', { cause: new Error('bad port') }), exitCodes.unreachable, /bad port/],
    [new DOMException('x', 'TimeoutError'), exitCodes.unreachable, /did not answer in time/],
    [usageFailure('which one?', 'give --all'), exitCodes.usage, /^which one\? \(give --all\)$/],
    [new Error('a bug'), exitCodes.failed, /^a bug$/],
    ['thrown text', exitCodes.failed, /^thrown text$/],
  ])('%#: %s', (error, exitCode, line) => {
    const failure = failureOf(error);
    expect(failure.exitCode).toBe(exitCode);
    expect(failure.line).toMatch(line);
  });

  it('is one line, and moves no cursor, whatever a server says', () => {
    const { line } = failureOf(new Error('first\nsecond\u001b[2J'));
    expect(line).toBe('first⏎second\\x1b[2J');
  });
});
