/** What scripts can rely on (docs/reference/cli.md). */
export const exitCodes = { ok: 0, failed: 1, usage: 2, refused: 3, unreachable: 4 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Why a command ends: one line that can be shown, and what to do about it. */
export class CommandFailure extends Error {
  override name = 'CommandFailure';
  constructor(
    message: string,
    readonly exitCode: ExitCode = exitCodes.failed,
    readonly advice: string | null = null,
  ) {
    super(message);
  }
}

export function usageFailure(message: string, advice: string | null = null): CommandFailure {
  return new CommandFailure(message, exitCodes.usage, advice);
}
