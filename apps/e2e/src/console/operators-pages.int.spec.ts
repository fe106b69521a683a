import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '../harness/browser.js';
import { consolePatienceMs, startConsole, violationsOf, type RunningConsole } from '../harness/console.js';

const patienceMs = 120_000;

describeInBrowser('the operator’s pages', (chromium) => {
  let running: RunningConsole;
  let page: Page;

  beforeAll(async () => {
    running = await startConsole(chromium);
    page = await running.open(running.signedIn('/tenants'));
  }, consolePatienceMs);
  afterAll(() => running?.stop(), consolePatienceMs);

  const call = (path: string, token: string) => running.postel.api.request('GET', path, { token });
  const section = (name: string) => page.getByRole('region', { name });

  it(
    'make a tenant, and say at the field what its name cannot be',
    async () => {
      await page.getByRole('button', { name: 'New tenant' }).click();
      const drawer = page.getByRole('dialog', { name: 'New tenant' });
      await drawer.getByLabel('Name').fill('Acme Inc.');
      await drawer.getByRole('button', { name: 'Create the tenant' }).click();
      await drawer.getByText('1 to 64 of a-z').waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await drawer.getByLabel('Name').fill('acme');
      await drawer.getByRole('button', { name: 'Create the tenant' }).click();
      await page.getByRole('heading', { name: 'acme', level: 1 }).waitFor();
    },
    patienceMs,
  );

  it(
    'change when its endpoints are disabled, and leave what was not touched',
    async () => {
      await page.getByRole('combobox', { name: 'Disable it after dead letters' }).click();
      await page.getByRole('option', { name: 'As set here' }).click();
      await page.getByLabel('Dead letters in a row', { exact: true }).fill('7');
      await page.getByLabel('Payloads').fill('3');
      await running.postel.api.request('PATCH', '/v1/tenants/acme', { body: { metadata: { plan: 'gold' } } });
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Saved').waitFor();
      const { json } = await running.postel.api.request('GET', '/v1/tenants/acme');
      expect(json).toMatchObject({
        alerts: { disableAfterConsecutive: 7 },
        retention: { payloadDays: 3, attemptDays: null, rowDays: null },
        metadata: { plan: 'gold' },
      });
    },
    patienceMs,
  );

  it(
    'make a key that is shown once and works, and revoke it',
    async () => {
      const keys = section('API keys');
      await keys.getByLabel('Name of a new key').fill('production');
      await keys.getByRole('button', { name: 'Create a key' }).click();
      const key = await keys.getByLabel('API key', { exact: true }).textContent();
      expect((await call('/v1/session', String(key))).json).toMatchObject({ tenant: 'acme' });
      await page.reload();
      await keys.getByText('production').waitFor();
      expect(await page.getByText(String(key)).count()).toBe(0);
      await keys.getByRole('button', { name: 'Revoke production' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
      await keys.getByText('production').waitFor({ state: 'detached' });
      expect((await call('/v1/session', String(key))).status).toBe(401);
    },
    patienceMs,
  );

  it(
    'make a portal link that opens the tenant’s pages, and revoke it',
    async () => {
      const portal = section('Portal link');
      await portal.getByRole('button', { name: 'Make a link' }).click();
      const link = await portal.getByLabel('portal link', { exact: true }).textContent();
      expect(link).toMatch(/\/#token=/);
      expect(await violationsOf(page)).toEqual([]);
      const theirs = await running.open(String(link).slice(running.url.length));
      await theirs.locator('h1').first().waitFor();
      expect(await theirs.getByRole('link', { name: 'Fleet' }).count()).toBe(0);
      await theirs.close();
      await portal.getByRole('button', { name: 'Revoke it' }).click();
      await portal.getByText('The link is revoked').waitFor();
      const [, token = ''] = String(link).split('#token=');
      expect((await call('/v1/session', token)).status).toBe(401);
    },
    patienceMs,
  );

  it(
    'make a source of the tenant that is looked at, with what is entered at the provider',
    async () => {
      await page.getByRole('link', { name: 'Open as this tenant' }).click();
      await section('Tenant').getByText('You look at tenant acme').waitFor();
      await page.getByRole('link', { name: 'Sources', exact: true }).click();
      await page.getByRole('button', { name: 'New source' }).first().click();
      const drawer = page.getByRole('dialog');
      await drawer.getByLabel('Name').fill('code');
      await drawer.getByRole('button', { name: 'Create the source' }).click();
      await drawer.getByText('Stripe makes it: paste it here').waitFor();
      await drawer.getByRole('combobox', { name: 'Who sends' }).click();
      await page.getByRole('option', { name: 'GitHub' }).click();
      await drawer.getByRole('button', { name: 'Create the source' }).click();
      const address = await drawer.getByLabel('address of the source', { exact: true }).textContent();
      expect(address).toMatch(new RegExp(`^${running.url}/webhooks/src_`));
      expect(await drawer.getByLabel('secret of the source', { exact: true }).textContent()).toMatch(
        /^whsec_/,
      );
      expect(await violationsOf(page)).toEqual([]);
      await drawer.getByRole('button', { name: 'Done' }).click();
      await page.getByRole('heading', { name: 'code', level: 1 }).waitFor();
      await section('Secrets').getByLabel('Replace them by').fill('a-new-secret-1\nan-old-secret-2');
      await section('Secrets').getByRole('button', { name: 'Replace the secrets' }).click();
      await section('Secrets').getByText('2 secrets are good').waitFor();
      await page.getByRole('button', { name: 'Disable' }).click();
      await page.getByRole('button', { name: 'Enable' }).waitFor();
      expect(await violationsOf(page)).toEqual([]);
    },
    patienceMs,
  );

  it(
    'tell who did what, by filters that stand in the address',
    async () => {
      await page.getByRole('link', { name: 'Audit', exact: true }).click();
      const table = page.getByRole('table', { name: 'Audit' });
      await table.getByText('Secrets of a source replaced').waitFor();
      await page.getByRole('combobox', { name: 'What' }).click();
      await page.getByRole('option', { name: 'API key created' }).click();
      await table.getByText('Secrets of a source replaced').waitFor({ state: 'detached' });
      expect(page.url()).toBe(`${running.url}/audit?action=api_key.created`);
      expect(await violationsOf(page)).toEqual([]);
      await page.reload();
      await table.getByText('API key created').waitFor();
      await page.getByLabel('Who', { exact: true }).fill('not an actor!');
      await page.getByText('admin, key:<id>, portal:<id>').or(page.getByRole('alert')).first().waitFor();
      await page.getByLabel('Who', { exact: true }).fill('key:none');
      await page.getByText('Nothing fits these filters').waitFor();
      await page.getByRole('button', { name: 'Clear the filters' }).click();
      await page.getByRole('button', { name: 'Details of: Source created' }).click();
      await page.getByRole('dialog', { name: 'Source created' }).getByText('Operator').waitFor();
      expect(await violationsOf(page)).toEqual([]);
    },
    patienceMs,
  );

  it(
    'delete a tenant after its name was typed, and tell how far its erasure has come',
    async () => {
      await page.goto(`${running.url}/tenants/acme`);
      await page.getByRole('button', { name: 'Delete acme' }).click();
      const dialog = page.getByRole('dialog', { name: 'Delete tenant acme' });
      const action = dialog.getByRole('button', { name: 'Delete and erase' });
      expect(await action.isDisabled()).toBe(true);
      await dialog.getByLabel('Type acme to confirm').fill('acme');
      await action.click();
      await page.getByText('All that acme had is erased').waitFor({ timeout: 60_000 });
      await page.getByRole('link', { name: 'Tenant acme' }).waitFor({ state: 'detached' });
      expect(await violationsOf(page)).toEqual([]);
    },
    patienceMs,
  );

  it.each(['/fleet', '/tenants', '/tenants/default', '/sources', '/audit'])(
    '%s can be read by everybody, dark and on a phone',
    async (path) => {
      for (const options of [
        { colorScheme: 'dark', viewport: { width: 390, height: 844 } },
        { colorScheme: 'light', viewport: { width: 1_440, height: 900 } },
      ] as const) {
        const shown = await running.open(running.signedIn(path), options);
        await shown.locator('h1').first().waitFor();
        await shown.getByRole('status', { name: 'Loading' }).waitFor({ state: 'detached' });
        expect(await violationsOf(shown)).toEqual([]);
        const root = 'document.documentElement';
        expect(await shown.evaluate(`${root}.scrollWidth - ${root}.clientWidth`)).toBe(0);
        await shown.context().close();
      }
    },
    patienceMs,
  );

  it(
    'show of another tenant no list that is filtered by what the last one had',
    async () => {
      const { id } = await running.postel.api.createEndpoint({ url: 'http://127.0.0.1:9/of-default' });
      await running.postel.api.request('PUT', '/v1/tenants/other', { body: {} });
      await page.goto(`${running.url}/deliveries?endpointId=${id}&tenant=default`);
      await page.getByRole('heading', { name: 'Deliveries', level: 1 }).waitFor();
      await page.getByRole('combobox', { name: 'Tenant' }).click();
      await page.getByRole('option', { name: 'other' }).click();
      await page.getByText('You look at tenant other').waitFor();
      await page.getByText('Nothing has been delivered yet').waitFor();
      expect(page.url()).toBe(`${running.url}/deliveries`);
    },
    patienceMs,
  );

  it(
    'say of a tenant that a link names and that there is not that they show another',
    async () => {
      await page.goto(`${running.url}/endpoints?tenant=no-such`);
      await page.getByRole('alert').getByText('There is no tenant no-such').waitFor();
      await page.getByRole('heading', { name: 'Endpoints', level: 1 }).waitFor();
    },
    patienceMs,
  );

  it('complain of nothing', () => {
    expect(running.complaints).toEqual([]);
  });
});
