import type { Page, PageQuery, PostelClient } from '@postel/client';
import type { Command } from 'commander';
import { running, type Context } from '../context.js';
import { wholeNumber } from '../read/options.js';
import { tableLines, type Column } from '../show/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { pagesUpTo } from './pages.js';

export interface ListSpec<Item, Options> {
  /** `list` when absent. */
  readonly name?: string;
  readonly description: string;
  /** Adds what can be filtered by. */
  readonly options?: (command: Command) => Command;
  readonly columns: (context: Context) => readonly Column<Item>[];
  /** What is said where there is nothing. */
  readonly empty: string;
  readonly read: (
    client: PostelClient,
    page: PageQuery,
    given: { readonly args: readonly string[]; readonly options: Options; readonly context: Context },
  ) => Promise<Page<Item>>;
}

interface ListOptions {
  readonly limit: number;
  readonly all?: boolean;
}

/** `postel … list`: a table for people, page by page; a JSON array for scripts. */
export function addList<Item extends object, Options extends object>(
  parent: Command,
  terminal: Terminal,
  spec: ListSpec<Item, Options>,
): Command {
  const command = parent
    .command(spec.name ?? 'list')
    .description(spec.description)
    .option('--limit <n>', 'at most so many', wholeNumber(1, 1_000_000), 50)
    .option('--all', 'every one, however many');
  (spec.options?.(command) ?? command).action(
    running<Options & ListOptions>(terminal, async (context, args, options) => {
      const client = context.client();
      const pages = pagesUpTo(options.all ? null : options.limit, (page) =>
        spec.read(client, page, { args, options, context }),
      );
      await (context.json ? printArray(context, pages) : printTable(context, pages, spec));
    }),
  );
  return command;
}

/** As it comes: a million items are never in memory together. What ends midway is no valid JSON, and the exit code says so. */
async function printArray(context: Context, pages: AsyncIterable<readonly object[]>): Promise<void> {
  let count = 0;
  for await (const page of pages) {
    for (const item of page) {
      await context.terminal.print(`${count === 0 ? '[' : ','}${JSON.stringify(item)}`);
      count += 1;
    }
  }
  await context.terminal.print(count === 0 ? '[]' : ']');
}

async function printTable<Item, Options>(
  context: Context,
  pages: AsyncIterable<readonly Item[]>,
  { columns, empty }: ListSpec<Item, Options>,
): Promise<void> {
  const { terminal } = context;
  let head = true;
  for await (const page of pages) {
    if (page.length === 0) continue;
    const lines = tableLines(page, columns(context), {
      columns: terminal.columns,
      paint: terminal.paint,
      head,
    });
    await terminal.print(lines.join('\n'));
    head = false;
  }
  // on standard error: a program that counts lines must count none
  if (head) terminal.warn(empty);
}
