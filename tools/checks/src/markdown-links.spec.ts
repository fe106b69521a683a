import { describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileLinks } from './markdown-links.js';
import { readRepositoryFile, repositoryFiles, repositoryRoot } from './repository.js';

describe('links', () => {
  it('are found with their lines, outside of code', () => {
    const text =
      '[a](x.md#part) ![b](y.png "title")\n`[c](no.md)`\n```\n[d](no.md)\n```\n[e]: z.md\n[f](https://x.y) [g](#h)';
    expect(fileLinks(text)).toEqual([
      { line: 1, target: 'x.md' },
      { line: 1, target: 'y.png' },
      { line: 6, target: 'z.md' },
    ]);
  });

  it('of every Markdown file lead somewhere', () => {
    const broken = repositoryFiles()
      .filter((path) => path.endsWith('.md'))
      .flatMap((path) =>
        fileLinks(readRepositoryFile(path))
          .filter(({ target }) => !existsSync(join(repositoryRoot, dirname(path), decodeURI(target))))
          .map(({ line, target }) => `${path}:${line} ${target}`),
      );
    expect(broken).toEqual([]);
  });

  it('reach every page of docs from its index', () => {
    const linked = ['docs', 'docs/how-to/runbooks'].flatMap((directory) =>
      fileLinks(readRepositoryFile(join(directory, 'README.md'))).map(({ target }) =>
        join(directory, target),
      ),
    );
    const pages = repositoryFiles().filter(
      (path) => /^docs\/.*\.md$/.test(path) && path !== 'docs/README.md',
    );
    expect(pages.filter((path) => !linked.includes(path))).toEqual([]);
  });
});
