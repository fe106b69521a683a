import { describe, expect, it } from '@jest/globals';
import { routes, standardEventTypes } from '@postel/contracts';
import { docsPage, type DescribedApi } from './docs-page.js';
import { openApiDocument } from '@postel/openapi';

describe('GET /docs', () => {
  const page = docsPage(openApiDocument('1.2.3') as DescribedApi);

  it('shows every route and every standard event type', () => {
    for (const { method, path } of routes) expect(page).toContain(`<code>${method} ${path}</code>`);
    for (const name of Object.keys(standardEventTypes)) expect(page).toContain(`<code>${name}</code>`);
    expect(page).toContain('1.2.3');
  });

  it('asks nobody else for anything, and is small', () => {
    expect(page).not.toMatch(/<script|<link|<img|src=|@import|url\(|https?:\/\//);
    expect(Buffer.byteLength(page)).toBeLessThan(200_000);
  });

  it('leads nowhere that is not there', () => {
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id as string);
    expect(targets.length).toBeGreaterThan(20);
    for (const id of targets) expect(page).toContain(`id="${id}"`);
  });

  it('shows text as text', () => {
    const summary = '<script>alert("x")</script> & more';
    const path = { '/x': { get: { summary, responses: {} } } };
    const small = docsPage({ info: { title: 'T', version: '1' }, paths: path });
    expect(small).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; more');
    expect(small).not.toContain('<script');
  });
});
