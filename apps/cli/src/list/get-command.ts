import type { PostelClient } from '@postel/client';
import type { Command } from 'commander';
import { running, type Context } from '../context.js';
import { showRecord } from '../show/show.js';
import type { Terminal } from '../terminal/terminal.js';

export interface GetSpec<Item> {
  readonly name?: string;
  readonly description: string;
  /** `<id>` when absent. */
  readonly argument?: string;
  readonly read: (client: PostelClient, id: string, context: Context) => Promise<Item>;
  /** What people see beside or instead of its fields. */
  readonly show?: (context: Context, item: Item, client: PostelClient) => Promise<void>;
}

/** `postel … get ID`. */
export function addGet<Item extends object>(
  parent: Command,
  terminal: Terminal,
  spec: GetSpec<Item>,
): Command {
  return parent
    .command(`${spec.name ?? 'get'} ${spec.argument ?? '<id>'}`)
    .description(spec.description)
    .action(
      running(terminal, async (context, [id = '']) => {
        const client = context.client();
        const item = await spec.read(client, id, context);
        if (context.json || !spec.show) return showRecord(context, item);
        return spec.show(context, item, client);
      }),
    );
}
