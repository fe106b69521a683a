import { ProblemError } from '@postel/client';
import { types } from 'node:util';
import { printable } from '../terminal/printable.js';
import { CommandFailure, exitCodes, type ExitCode } from './command-failure.js';
import { adviceOn } from './advice.js';

export interface Failure {
  /** To be shown as it is; never a stack. */
  readonly line: string;
  readonly exitCode: ExitCode;
}

/** What is told of whatever a command threw. */
export function failureOf(error: unknown): Failure {
  const { message, exitCode, advice } = asCommandFailure(error);
  return { line: printable(advice === null ? message : `${message} (${advice})`), exitCode };
}

function asCommandFailure(error: unknown): CommandFailure {
  if (error instanceof CommandFailure) return error;
  if (error instanceof ProblemError) return ofProblem(error);
  const { name, message } = error as Partial<Error>;
  if (name === 'TimeoutError') {
    return new CommandFailure('Postel did not answer in time', exitCodes.unreachable, checkThere);
  }
  if (name === 'AbortError') return new CommandFailure('interrupted');
  const reason = connectionFault(error);
  if (reason !== null) {
    return new CommandFailure(`Postel cannot be reached: ${reason}`, exitCodes.unreachable, checkThere);
  }
  return new CommandFailure(message ?? String(error));
}

const checkThere = 'is it running, and is the address right? `postel doctor` looks';

function ofProblem(error: ProblemError): CommandFailure {
  // a proxy's, or of whatever else is at this address: the API has refused nothing
  if (error.problem === null) return new CommandFailure(error.message, exitCodes.unreachable, checkThere);
  const exitCode = error.status >= 500 ? exitCodes.unreachable : exitCodes.refused;
  const request = error.status >= 500 && error.requestId !== null ? ` [request ${error.requestId}]` : '';
  return new CommandFailure(`${error.message}${request}`, exitCode, adviceOn(error.code));
}

/**
 * Why a fetch came to no answer, such as `connect ECONNREFUSED 127.0.0.1:8080`: it stands in the cause, or, when a name has
 * several addresses, in the causes of that.
 * @returns `null` for another kind of error
 */
export function connectionFault(error: unknown): string | null {
  for (const one of causesOf(error)) {
    const code = codeOf(one);
    if (code !== null) return one.message === '' ? code : one.message;
  }
  if (!types.isNativeError(error) || error.message !== 'fetch failed') return null;
  return types.isNativeError(error.cause) ? error.cause.message : error.message;
}

/** An error, what caused it, and so on; of several causes all. */
export function* causesOf(error: unknown): Generator<Error, void, undefined> {
  for (let at: unknown = error; types.isNativeError(at); at = at.cause) {
    yield at;
    if ('errors' in at && Array.isArray(at.errors))
      yield* at.errors.filter((one) => types.isNativeError(one));
  }
}

/** Node's name of a system error, such as ECONNREFUSED. */
export function codeOf(error: Error): string | null {
  return 'code' in error && typeof error.code === 'string' ? error.code : null;
}
