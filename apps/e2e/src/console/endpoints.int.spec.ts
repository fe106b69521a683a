import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { describeInBrowser } from '../harness/browser.js';
import { consolePatienceMs, startConsole, violationsOf, type RunningConsole } from '../harness/console.js';

describeInBrowser('the console’s endpoints', (chromium) => {
  let running: RunningConsole;

  beforeAll(async () => {
    running = await startConsole(chromium);
  }, consolePatienceMs);
  afterAll(() => running?.stop(), consolePatienceMs);
  afterEach(() => running?.closeTabs());

  it('are created, and a test event arrives at one', async () => {
    const receiver = await running.postel.receiver();
    const page = await running.open(running.signedIn('/endpoints'));
    await page.getByText('No endpoint yet').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'New endpoint' }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByLabel('URL').fill(`${receiver.url}/hooks`);
    await drawer.getByLabel('Description').fill('Of the test');
    await drawer.getByLabel('Events').fill('order.*,');
    await drawer.getByRole('button', { name: 'Advanced' }).click();
    expect(await violationsOf(page)).toEqual([]);
    await drawer.getByRole('button', { name: 'Create the endpoint' }).click();
    await drawer.getByText(/^whsec_/).waitFor();
    await drawer.getByRole('button', { name: 'Send a test event' }).click();
    await drawer.getByText('It arrived: 200').waitFor();
    expect(receiver.requests).toHaveLength(1);
    expect(await violationsOf(page)).toEqual([]);
    await drawer.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('heading', { name: `${receiver.url}/hooks`, level: 1 }).waitFor();
    expect(await page.getByText('order.*', { exact: true }).count()).toBe(1);
    expect(await violationsOf(page)).toEqual([]);
  });

  it('tell at the field what the API does not take', async () => {
    const page = await running.open(running.signedIn('/endpoints'));
    await page.getByRole('button', { name: 'New endpoint' }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByLabel('URL').fill('https://169.254.169.254/latest/meta-data');
    await drawer.getByRole('button', { name: 'Create the endpoint' }).click();
    await drawer.locator('input[aria-invalid="true"]').waitFor();
    await page.waitForFunction("document.activeElement.getAttribute('aria-invalid') === 'true'");
    const described = await drawer.getByLabel('URL').getAttribute('aria-describedby');
    expect(described).toContain('error');
    await drawer.getByLabel('URL').fill('https://example.com/hooks');
    await drawer.getByRole('button', { name: 'Advanced' }).click();
    await drawer.getByLabel('Filter').fill('{"data.object.amount": {"atLeast": 3}}');
    await drawer.getByRole('button', { name: 'Create the endpoint' }).click();
    await drawer.locator('textarea[aria-invalid="true"]').waitFor();
  });

  it('are paused, enabled, given another secret and deleted', async () => {
    const receiver = await running.postel.receiver();
    const { id } = await running.postel.api.createEndpoint({ url: `${receiver.url}/changed` });
    const page = await running.open(running.signedIn(`/endpoints/${id}`));
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Paused: deliveries wait').waitFor();
    await page.getByRole('button', { name: 'Enable' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.getByRole('button', { name: 'Rotate …' }).click();
    const rotate = page.getByRole('dialog').getByRole('button', { name: 'Rotate' });
    // nothing is no 0, with which the old secret ends at once
    await page.getByRole('dialog').getByRole('textbox').fill('');
    expect(await rotate.isDisabled()).toBe(true);
    await page.getByRole('dialog').getByRole('textbox').fill('24');
    // the page is read anew in its time, and says nothing wrong until then
    const saidEnded: number[] = [];
    await page.route(`**/v1/endpoints/${id}`, async (route) => {
      const isShown = page.getByText('The new secret.').waitFor({ timeout: 1_000 });
      await isShown.catch(() => undefined);
      saidEnded.push(await page.getByText('The old secret has ended').count());
      await route.continue();
    });
    await rotate.click();
    await page.getByText('Both secrets sign').waitFor();
    expect(new Set(saidEnded)).toEqual(new Set([0]));
    await page.unroute(`**/v1/endpoints/${id}`);
    await page.getByText('Secret rotated').waitFor();
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Delete …' }).click();
    const dialog = page.getByRole('dialog');
    const remove = dialog.getByRole('button', { name: 'Delete the endpoint' });
    expect(await remove.isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill(new URL(receiver.url).host);
    await remove.click();
    await page.getByRole('heading', { name: 'Endpoints', level: 1 }).waitFor();
    await page.getByText(`${receiver.url}/changed`).waitFor({ state: 'detached' });
  });

  it('are shown with whatever description, and the focus goes to their heading', async () => {
    const description = '\u202e🚀 '.concat('unbroken'.repeat(60));
    const { id } = await running.postel.api.createEndpoint({ url: 'http://127.0.0.1:9/long', description });
    const page = await running.open(running.signedIn('/endpoints'));
    await page.getByRole('link', { name: /^http:\/\/127.0.0.1:9\/long/ }).click();
    await page.waitForURL(new RegExp(id));
    await page.getByText('Does it arrive?').waitFor();
    expect(await page.evaluate('document.activeElement.tagName')).toBe('H1');
    const root = 'document.documentElement';
    expect(await page.evaluate(`${root}.scrollWidth <= ${root}.clientWidth`)).toBe(true);
  });

  it('that somebody deleted elsewhere are not shown as if they were there', async () => {
    const { api } = running.postel;
    const { id } = await api.createEndpoint({ url: 'http://127.0.0.1:9/deleted' });
    const page = await running.open(running.signedIn(`/endpoints/${id}`));
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await api.request('DELETE', `/v1/endpoints/${id}`);
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('button', { name: 'Pause' }).count()).toBe(0);
  });

  it('of one tenant are not those that another’s link shows', async () => {
    const { api } = running.postel;
    const secretUrl = `${(await running.postel.receiver()).url}/of-default`;
    const { id } = await api.createEndpoint({ url: secretUrl });
    await api.request('POST', '/v1/tenants', { body: { id: 'other' } });
    const { json } = await api.request('POST', '/v1/portal-tokens', { body: { tenant: 'other' } });
    const page = await running.open(`/endpoints#token=${(json as { token: string }).token}`);
    await page.getByText('No endpoint yet').waitFor();
    await page.goto(`${running.url}/endpoints/${id}`);
    await page.getByRole('alert').waitFor();
    expect(await page.content()).not.toContain('of-default');
  });

  it('are used by whoever has no mouse, and comes to another page’s heading', async () => {
    const page = await running.open(running.signedIn('/endpoints'));
    await page.getByRole('heading', { name: 'Endpoints', level: 1 }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the page');
    await page.getByRole('link', { name: 'Deliveries' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Deliveries', level: 1 }).waitFor();
    await page.waitForFunction("document.activeElement.tagName === 'H1'");
  });

  it('complain of nothing', () => {
    expect(running.complaints).toEqual([]);
  });
});
