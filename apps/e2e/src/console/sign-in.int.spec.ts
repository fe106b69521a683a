import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { describeInBrowser } from '../harness/browser.js';
import { consolePatienceMs, startConsole, violationsOf, type RunningConsole } from '../harness/console.js';

describeInBrowser('signing in to the console', (chromium) => {
  let running: RunningConsole;

  beforeAll(async () => {
    running = await startConsole(chromium);
  }, consolePatienceMs);
  afterAll(() => running?.stop(), consolePatienceMs);
  afterEach(() => running?.closeTabs());

  it('by a link leaves no token in the address, and is kept for the tab alone', async () => {
    const page = await running.open(running.signedIn('/deliveries?status=dead'));
    await page.getByRole('heading', { name: 'Deliveries', level: 1 }).waitFor();
    expect(page.url()).toBe(`${running.url}/deliveries?status=dead`);
    await page.reload();
    await page.getByRole('heading', { name: 'Deliveries', level: 1 }).waitFor();
    const other = await page.context().newPage();
    await other.goto(`${running.url}/deliveries`);
    await other.getByLabel('Token', { exact: false }).first().waitFor();
  });

  it('with a token that is none asks again, and then keeps the place', async () => {
    const page = await running.open('/event-types');
    await page.getByLabel('Token').fill('no-such-token');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The credential is not taken').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByLabel('Token').fill(running.signedIn('').replace('#token=', ''));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Event types', level: 1 }).waitFor();
  });

  it('by a portal link shows its tenant’s pages and no operator’s', async () => {
    const { json } = await running.postel.api.request('POST', '/v1/portal-tokens', { body: {} });
    const { token } = json as { token: string };
    const page = await running.open(`/endpoints#token=${token}&theme=dark`);
    await page.getByRole('heading', { name: 'Endpoints', level: 1 }).waitFor();
    expect(await page.getByRole('link', { name: 'Tenants' }).count()).toBe(0);
    expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark');
    await page.goto(`${running.url}/tenants`);
    await page.getByRole('heading', { name: 'There is no such page', level: 1 }).waitFor();
  });

  it('complains of nothing', () => {
    expect(running.complaints).toEqual([]);
  });
});
