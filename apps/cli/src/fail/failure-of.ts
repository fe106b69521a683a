import { ProblemError } from '@postel/client';
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
  if (!(error instanceof Error)) return new CommandFailure(String(error));
  if (error.name === 'TimeoutError') {
    return new CommandFailure('Postel did not answer in time', exitCodes.unreachable, checkThere);
  }
  if (error.name === 'AbortError') return new CommandFailure('interrupted');
  const reason = connectionFault(error);
  if (reason !== null) {
    return new CommandFailure(`Postel cannot be reached: ${reason}`, exitCodes.unreachable, checkThere);
  }
  return new CommandFailure(error.message);
}

const checkThere = 'is it running, and is the address right? `postel doctor` looks';

function ofProblem(error: ProblemError): CommandFailure {
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
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const first: unknown = at instanceof AggregateError ? at.errors[0] : at;
    if (first instanceof Error && 'code' in first && typeof first.code === 'string') {
      return first.message === '' ? first.code : first.message;
    }
  }
  if (!(error instanceof TypeError) || error.message !== 'fetch failed') return null;
  return error.cause instanceof Error ? error.cause.message : error.message;
}
