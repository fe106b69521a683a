import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { tempDir, type TempDir } from '@postel/testing';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '../harness/browser.js';
import { consolePatienceMs, startConsole, violationsOf, type RunningConsole } from '../harness/console.js';
import { startEmbedder, type Embedder } from '../harness/embedder.js';
import { eventually } from '../harness/eventually.js';
import { createTenant, type TenantClient } from '../harness/tenant-client.js';

const patienceMs = 180_000;
/** In every name and every payload of the other tenant. */
const marker = 'zeppelin';
const ofOperator = ['/fleet', '/tenants', '/tenants/zeppelin-co', '/sources', '/audit'] as const;

describeInBrowser('a tenant’s portal link', (chromium) => {
  let running: RunningConsole;
  let data: TempDir;
  let other: TenantClient;
  let allowed: Embedder;
  let stranger: Embedder;
  let link: { readonly id: string; readonly token: string };
  let page: Page;
  /** All that the page asked for, with what it was answered. */
  const requests: { readonly url: string; readonly referer: string }[] = [];
  const answers: { readonly url: string; readonly text: string }[] = [];
  const ofOther: Record<'endpoint' | 'delivery' | 'event', string> = {
    endpoint: '',
    delivery: '',
    event: '',
  };

  beforeAll(async () => {
    data = tempDir('portal');
    [allowed, stranger] = await Promise.all([startEmbedder(), startEmbedder()]);
    running = await startConsole(chromium, {
      env: {
        POSTEL_DATA_DIR: data.path,
        POSTEL_LOG_LEVEL: 'debug',
        POSTEL_CONSOLE_FRAME_ANCESTORS: allowed.origin,
      },
    });
    const { api } = running.postel;
    const ours = await createTenant(api, 'ours');
    other = await createTenant(api, `${marker}-co`);
    const receiver = await running.postel.receiver();
    const url = (path: string) => ({ url: `${receiver.url}/${path}`, events: ['*'] });
    await ours.expect(201, 'POST', '/v1/endpoints', url('ours'));
    await ours.expect(202, 'POST', '/v1/events', { type: 'order.created', data: { object: { n: 1 } } });
    const made = await other.expect(201, 'POST', '/v1/endpoints', { ...url(marker), description: marker });
    ofOther.endpoint = String(made['id']);
    ofOther.event = await publishOfOther();
    ofOther.delivery = await eventually(async () => {
      const { json } = await other.request('GET', '/v1/deliveries?status=succeeded');
      return (json as { data: readonly { id: string }[] }).data[0]?.id;
    }, 'the other tenant’s delivery');
    const made2 = await ours.expect(201, 'POST', '/v1/portal-tokens', {});
    link = made2 as unknown as typeof link;
  }, consolePatienceMs);
  afterAll(async () => {
    await running?.stop();
    await Promise.all([allowed, stranger].map((embedder) => embedder?.close()));
    data?.remove();
  }, consolePatienceMs);

  async function publishOfOther(): Promise<string> {
    const body = { type: `order.${marker}`, data: { object: { secret: marker } } };
    return String((await other.expect(202, 'POST', '/v1/events', body))['id']);
  }

  function listen(heard: Page): void {
    heard.on('request', (request) =>
      requests.push({ url: request.url(), referer: request.headers()['referer'] ?? '' }),
    );
    heard.on('response', (response) => {
      const { 'content-type': type = '' } = response.headers();
      // what never ends has no text; what it leads to is seen on the page
      if (!type.includes('json')) return;
      void response.text().then(
        (text) => answers.push({ url: response.url(), text }),
        () => undefined,
      );
    });
  }

  const seen = async () => `${page.url()}\n${await page.locator('html').innerHTML()}`;
  async function settled(): Promise<void> {
    await page.locator('h1').first().waitFor();
    await eventually(
      async () => ((await page.getByRole('status', { name: 'Loading' }).count()) === 0 ? true : null),
      'the page to have loaded',
    );
  }
  const paths = () => requests.map(({ url }) => new URL(url).pathname);

  it(
    'shows nothing of another tenant, whatever page its holder goes to',
    async () => {
      page = await running.open('/healthz');
      listen(page);
      await page.goto(`${running.url}/#token=${link.token}`);
      await settled();
      const navigation = page.getByRole('navigation', { name: 'Navigation' });
      const links = await navigation.getByRole('link').all();
      const places = await Promise.all(links.map(async (one) => String(await one.getAttribute('href'))));
      expect(places).toEqual(expect.arrayContaining(['/endpoints', '/deliveries', '/dead-letters']));
      for (const place of places) {
        await page.goto(`${running.url}${place}`);
        await settled();
        expect(await seen()).not.toContain(marker);
      }
      expect(places.filter((place) => ofOperator.some((path) => path === place))).toEqual([]);
    },
    patienceMs,
  );

  it(
    'sees nothing of what happens to another tenant meanwhile',
    async () => {
      await page.goto(`${running.url}/deliveries`);
      await settled();
      await publishOfOther();
      const mine = await running.postel.api.request('POST', '/v1/events', {
        body: { type: 'order.updated', data: { object: { n: 2 } } },
        headers: { 'postel-tenant': 'ours' },
      });
      expect(mine.status).toBe(202);
      await page.getByText('order.updated').first().waitFor();
      expect(await seen()).not.toContain(marker);
    },
    patienceMs,
  );

  it(
    'opens nothing of another tenant by its address, and no page of the operator’s',
    async () => {
      const { endpoint, delivery, event } = ofOther;
      for (const path of [`/endpoints/${endpoint}`, `/deliveries/${delivery}`, `/events/${event}`]) {
        await page.goto(`${running.url}${path}`);
        await settled();
        await page
          .getByRole('alert')
          .or(page.getByRole('heading', { name: 'There is no such page' }))
          .first()
          .waitFor();
        expect(await seen()).not.toContain(marker);
      }
      for (const path of ofOperator) {
        await page.goto(`${running.url}${path}`);
        await page.getByRole('heading', { name: 'There is no such page', level: 1 }).waitFor();
        await page.getByText('Choose a page from the navigation.').waitFor();
      }
      // an operator's link does nothing for others
      await page.goto(`${running.url}/endpoints?tenant=${marker}-co`);
      await settled();
      expect(await page.getByText(`/${marker}`).count()).toBe(0);
      expect(await violationsOf(page)).toEqual([]);
    },
    patienceMs,
  );

  it('was never answered anything of another tenant, nor asked what is the operator’s', () => {
    const told = answers.filter(({ url, text }) => text.includes(marker) && !url.includes(marker));
    expect(told).toEqual([]);
    expect(answers.length).toBeGreaterThan(10);
    const asked = paths().filter((path) =>
      /^\/v1\/(fleet|tenants|audit|sources|export|conservation)/.test(path),
    );
    expect(asked).toEqual([]);
  });

  it(
    'is shown in a frame where the operator allows it, and nowhere else',
    async () => {
      const framed = await running.open('/healthz');
      await framed.goto(allowed.pageWith(`${running.url}/endpoints#token=${link.token}`));
      const shown = framed.frameLocator('iframe');
      await shown.getByRole('heading', { name: 'Endpoints', level: 1 }).waitFor();
      // its page gives a frame no clipboard
      await shown.getByRole('link', { name: /\/ours$/ }).click();
      await shown.getByRole('button', { name: /^Copy the id of the endpoint/ }).click();
      await shown.getByRole('tooltip', { name: 'Copied' }).waitFor();
      const refused = framed.waitForEvent('requestfailed', {
        predicate: (request) => request.url().startsWith(`${running.url}/endpoints`),
      });
      await framed.goto(stranger.pageWith(`${running.url}/endpoints#token=${link.token}`));
      await refused;
      expect(await shown.getByRole('heading', { name: 'Endpoints' }).count()).toBe(0);
      await framed.close();
    },
    patienceMs,
  );

  it(
    'is signed out soon after it was revoked, and its token stands in no address and no log',
    async () => {
      await page.goto(`${running.url}/explain`);
      await settled();
      const { status } = await running.postel.api.request('DELETE', `/v1/portal-tokens/${link.id}`, {
        headers: { 'postel-tenant': 'ours' },
      });
      expect(status).toBe(204);
      await page.getByText('The credential is not taken').waitFor({ timeout: 20_000 });
      await page.reload();
      await page.getByRole('heading', { name: 'Sign in to Postel' }).waitFor();
      const [, claims = ''] = link.token.split('.');
      for (const { url, referer } of requests) expect(`${url} ${referer}`).not.toContain(claims);
      const log = join(data.path, 'logs', 'postel.log');
      expect(existsSync(log)).toBe(true);
      const written = readFileSync(log, 'utf8');
      expect(written).toContain('/v1/session');
      expect(written).not.toContain(claims);
    },
    patienceMs,
  );

  it('complains of nothing but the frame and the clipboard that were refused', () => {
    expect(running.complaints.filter((text) => !/frame-ancestors|clipboard/i.test(text))).toEqual([]);
  });
});
