/** Something to be told in a clear line, without a stack trace; with an empty message, only an end. */
export class Failure extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
