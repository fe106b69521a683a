import addCompletion from '@bomb.sh/tab/commander';
import type { Command } from 'commander';

/** `postel completion zsh` prints a script for the shell, which asks `postel complete -- …` at each Tab. After all others. */
export function addCompletionCommand(program: Command): void {
  addCompletion(program, { completionCommandName: 'completion' });
}
