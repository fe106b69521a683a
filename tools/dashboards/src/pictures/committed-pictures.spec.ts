import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pictureFile, picturesDir, repositoryRoot } from '../dashboard-files.js';
import { dashboards } from '../dashboards/all.js';
import { pictureOf } from './picture.js';

const pictures = Object.entries(dashboards).map(
  ([name, dashboard]) => [pictureFile(name), dashboard] as const,
);
const read = (name: string) => readFileSync(join(picturesDir, name), 'utf8');

/** Where each panel lies, what it is called, and how large it is. */
function panelsIn(picture: string): readonly string[] {
  return picture.match(/<g transform="[^"]*"><title>[^<]*<\/title>(<rect [^>]*>)?/g) ?? [];
}

describe('the pictures of the dashboards in docs', () => {
  it('are one of each, and the page shows them', () => {
    const names = pictures.map(([name]) => name);
    const found = readdirSync(picturesDir).filter((name) => name.startsWith('dashboard-'));
    expect(found.sort()).toEqual([...names].sort());
    const page = readFileSync(join(repositoryRoot, 'docs', 'how-to', 'watch-postel.md'), 'utf8');
    expect(names.filter((name) => !page.includes(`](../pictures/${name})`))).toEqual([]);
  });

  it.each(pictures)('%s has the panels of today, in their places', (name, dashboard) => {
    const expected = panelsIn(pictureOf(dashboard, { fromMs: 0, toMs: 60_000, answers: [] }));
    expect(expected).toHaveLength(dashboard.panels?.length ?? 0);
    // otherwise draw them anew (draw-pictures.ts says how)
    expect(panelsIn(read(name))).toEqual(expected);
  });

  it.each(pictures)('%s has a figure wherever one belongs', (name) => {
    expect(read(name).match(/>no data<|NaN|undefined/g) ?? []).toEqual([]);
  });
});
