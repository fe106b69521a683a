import { type GridPos, type Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dashboardFiles, dashboardsDir, repositoryRoot } from './dashboard-files.js';
import { dashboards } from './dashboards/all.js';

const all = Object.values(dashboards);
/** Without the rows, which are headings. */
const panels = all
  .flatMap(({ panels = [] }) => panels)
  .filter((panel): panel is Panel => panel.type !== 'row');

describe('deploy/grafana/dashboards', () => {
  it('is what the generator makes, and nothing else', () => {
    const files = dashboardFiles();
    expect(readdirSync(dashboardsDir).sort()).toEqual([...files.keys()].sort());
    for (const [name, content] of files)
      expect({ name, content: readFileSync(join(dashboardsDir, name), 'utf8') }).toEqual({ name, content });
  });
});

describe('the dashboards', () => {
  it('have addresses and titles of their own', () => {
    expect(new Set(all.map(({ uid }) => uid)).size).toBe(all.length);
    expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
  });

  it.each(all.map((dashboard) => [dashboard.title, dashboard] as const))(
    '%s: no panel lies on another',
    (_, { panels = [] }) => {
      const taken = new Map<string, string>();
      const twice: string[] = [];
      for (const { title = '', gridPos } of panels) {
        for (const cell of cellsOf(gridPos as GridPos)) {
          if (taken.has(cell)) twice.push(`${title} on ${String(taken.get(cell))} at ${cell}`);
          taken.set(cell, title);
        }
      }
      expect(twice).toEqual([]);
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
      expect(panels.filter(({ gridPos }) => (gridPos as GridPos).x + (gridPos as GridPos).w > 24)).toEqual(
        [],
      );
    },
  );

  it('say on every panel what it is, in which unit, and from where', () => {
    expect(panels.length).toBeGreaterThan(50);
    for (const panel of panels) {
      expect(panel).toMatchObject({
        title: expect.stringMatching(/\S/),
        description: expect.stringMatching(/^\S.{20}/),
        datasource: { uid: expect.stringMatching(/^\$\{(prometheus|postgres)\}$/) },
        fieldConfig: { defaults: { unit: expect.stringMatching(/\S/) } },
      });
      expect(panel.targets?.length).toBeGreaterThan(0);
    }
  });

  it('link to runbooks that there are', () => {
    const text = JSON.stringify(all);
    const pages = [...text.matchAll(/docs\/how-to\/runbooks\/[\w-]+\.md/g)].map(([page]) => page);
    expect(pages.length).toBeGreaterThan(10);
    expect([...new Set(pages)].filter((page) => !existsSync(join(repositoryRoot, page)))).toEqual([]);
  });

  it('lead to each other: to dashboards that there are, and of the same time', () => {
    const addresses = new Set(all.map(({ uid }) => uid));
    const links = all.flatMap(({ uid, panels = [] }) =>
      [...JSON.stringify(panels).matchAll(/"url":"(\/d\/[^"]*)"/g)].map(([, url = '']) => ({ uid, url })),
    );
    expect(links.length).toBeGreaterThan(5);
    for (const { uid, url } of links) {
      const [, to = ''] = /^\/d\/([\w-]+)\?\$\{__url_time_range\}$/.exec(url) ?? [];
      expect({ url, isThere: addresses.has(to), isElsewhere: to !== uid }).toEqual({
        url,
        isThere: true,
        isElsewhere: true,
      });
    }
  });

  it('are all in each other’s menu, and it keeps the time', () => {
    for (const { uid, tags = [], links = [] } of all)
      expect({ uid, tags, links }).toEqual({
        uid,
        tags: ['postel'],
        links: [expect.objectContaining({ type: 'dashboards', tags: ['postel'], keepTime: true })],
      });
  });

  it('never group by what has no bounds', () => {
    const exprs = panels.flatMap(({ targets = [] }) =>
      targets.map((target) => String((target as { expr?: string }).expr)),
    );
    expect(exprs.filter((expr) => /tenant|endpoint_id|event_id/.test(expr))).toEqual([]);
  });
});

function cellsOf({ x, y, w, h }: GridPos): string[] {
  return Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`);
}
