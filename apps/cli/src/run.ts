import { CommanderError } from 'commander';
import { exitCodes } from './fail/command-failure.js';
import { failureOf } from './fail/failure-of.js';
import { createProgram } from './program.js';
import type { Terminal } from './terminal/terminal.js';

/** One command, from its words to its exit code. Whatever goes wrong is one line. */
export async function run(words: readonly string[], terminal: Terminal): Promise<void> {
  try {
    await createProgram(terminal).parseAsync(words, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // it has said what is wrong, or shown its help
      terminal.setExitCode(error.exitCode === 0 ? exitCodes.ok : exitCodes.usage);
      return;
    }
    const { line, exitCode } = failureOf(error);
    terminal.warn(`postel: ${line}`);
    terminal.setExitCode(exitCode);
  }
}
