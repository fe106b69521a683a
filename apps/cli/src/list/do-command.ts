import type { PostelClient } from '@postel/client';
import type { Command } from 'commander';
import { running, type Context } from '../context.js';
import { showDone } from '../show/show.js';
import type { Terminal } from '../terminal/terminal.js';

export interface DoSpec<Answer, Options> {
  /** With its arguments: `pause <id>`. */
  readonly usage: string;
  readonly description: string;
  readonly options?: (command: Command) => Command;
  readonly call: (
    client: PostelClient,
    args: readonly string[],
    options: Options,
    context: Context,
  ) => Promise<Answer>;
  /** What was done, in one line or a few. */
  readonly done: (answer: Answer, args: readonly string[]) => string;
}

/** A command that has one call made, and says what was done. */
export function addDo<Answer extends object | undefined, Options = object>(
  parent: Command,
  terminal: Terminal,
  spec: DoSpec<Answer, Options>,
): Command {
  const command = parent.command(spec.usage).description(spec.description);
  return (spec.options?.(command) ?? command).action(
    running<Options>(terminal, async (context, args, options) => {
      const answer = await spec.call(context.client(), args, options, context);
      await showDone(context, spec.done(answer, args), answer);
    }),
  );
}
