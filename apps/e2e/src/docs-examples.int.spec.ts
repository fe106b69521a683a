import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apartOf, blocksApart } from './doc-examples/blocks-apart.js';
import { blocksOf, isTyped, pages, repositoryRoot, type Block } from './doc-examples/fenced-blocks.js';
import { Reader } from './doc-examples/reader.js';
import { fleetPatienceMs, type RunningPostel } from './harness/fleet.js';
import { startTogether } from './harness/together.js';

const everyBlock = pages.flatMap(blocksOf);
const isRun = (block: Block) => !('notRun' in (apartOf(block) ?? {}));
const runPages = pages.filter((page) => everyBlock.some((block) => block.page === page && isRun(block)));

it('runs every block of the documentation, or says in blocks-apart.ts what else is done with it', () => {
  const neither = everyBlock.filter((block) => !isTyped(block) && !apartOf(block));
  expect(neither.map(({ page, line, text }) => `${page}:${line}: ${text.split('\n')[0]}`)).toEqual([]);
});

it('names in blocks-apart.ts no block that is gone', () => {
  const used = new Set(everyBlock.map(apartOf));
  expect(blocksApart.filter((apart) => !used.has(apart))).toEqual([]);
});

it('shows no npm script that is not there', () => {
  const { scripts } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const shown = everyBlock.flatMap(({ text }) => [...text.matchAll(/\bnpm (?:run )?([a-z:-]+)/g)]);
  const names = shown.map(([, name]) => name ?? '').filter((name) => !(name in scripts));
  expect(names).toEqual([]);
});

describe('a reader, in the order of the page', () => {
  let fleet: RunningPostel;
  beforeAll(async () => {
    for (const program of ['curl', 'bash']) requireProgram(program);
    fleet = await startTogether({ env: { POSTEL_RETRY_DEFAULT: presetOfReadme() } });
  }, fleetPatienceMs);
  afterAll(async () => {
    await fleet?.stop();
  }, fleetPatienceMs);

  it.each(runPages)(
    'of %s finds that its examples do what they say',
    async (page) => {
      const blocks = blocksOf(page);
      const reader = await Reader.open(fleet, blocks);
      try {
        for (const block of blocks) {
          const apart = apartOf(block);
          if (!apart) await reader.type(block);
          else if ('check' in apart) await apart.check(reader, block);
        }
      } finally {
        await reader.close();
        await removeEndpoints(fleet);
      }
    },
    fleetPatienceMs,
  );
});

function requireProgram(name: string): void {
  try {
    execFileSync(name, ['--version']);
  } catch (error) {
    throw new Error(`The examples of the documentation are typed with ${name}: install it`, { cause: error });
  }
}

function presetOfReadme(): string {
  const block = everyBlock.find(({ text }) => text.startsWith('POSTEL_RETRY_DEFAULT='));
  return /='(.*)'/.exec(block?.text ?? '')?.[1] ?? '';
}

/** The next page's events are not for those of this one. */
async function removeEndpoints({ api }: RunningPostel): Promise<void> {
  const { json } = await api.request('GET', '/v1/endpoints?limit=100');
  for (const { id } of (json as { data: { id: string }[] }).data)
    await api.request('DELETE', `/v1/endpoints/${id}`);
}
