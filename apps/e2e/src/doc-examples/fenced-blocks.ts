import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repositoryRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');

/** What stands between two fences of a page. */
export interface Block {
  /** Below the repository: `docs/how-to/filter-events.md`. */
  readonly page: string;
  /** Of its opening fence, from 1. */
  readonly line: number;
  /** `''` when the fence names none. */
  readonly language: string;
  /** Without the indentation of the fence. */
  readonly text: string;
  /** The JSON that the page shows right below a command, with nothing between: what it answers. */
  readonly shown: string | null;
}

/**
 * Where readers copy from. Decisions have no examples, the looks of runbooks are run by `metrics.int.spec.ts`, and the
 * rest is for those who work on Postel.
 */
export const pages = [
  'README.md',
  'deploy/README.md',
  ...['tutorial', 'how-to', 'reference', 'explanation'].flatMap((section) =>
    readdirSync(join(repositoryRoot, 'docs', section))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${section}/${name}`),
  ),
];

export function blocksOf(page: string): Block[] {
  return fencedBlocks(page, readFileSync(join(repositoryRoot, page), 'utf8'));
}

const fence = /^(?<indent> *)```(?<language>\w*)\n(?<text>.*?)^ *```\n(?<after>\s*```json\n)?/gms;

export function fencedBlocks(page: string, markdown: string): Block[] {
  const blocks: Block[] = [];
  let command: Block | null = null;
  fence.lastIndex = 0;
  for (let found = fence.exec(markdown); found; found = fence.exec(markdown)) {
    const { indent = '', language = '', text = '', after } = found.groups ?? {};
    const line = markdown.slice(0, found.index).split('\n').length;
    const block = {
      page,
      line,
      language,
      text: text.replaceAll(RegExp(`^${indent}`, 'gm'), ''),
      shown: null,
    };
    if (command) blocks[blocks.length - 1] = { ...command, shown: block.text };
    else blocks.push(block);
    command = language === 'sh' && after !== undefined ? block : null;
    fence.lastIndex -= after?.length ?? 0;
  }
  return blocks;
}

/** Talks to the API or starts the receiver, so that it can be run as it stands. */
export function isTyped({ language, text }: Block): boolean {
  return language === 'sh' && /\bcurl |\bcall |\bnpm run receive /.test(text);
}
