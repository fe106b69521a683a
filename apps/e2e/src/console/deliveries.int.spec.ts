import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { describeInBrowser } from '../harness/browser.js';
import { consolePatienceMs, startConsole, violationsOf, type RunningConsole } from '../harness/console.js';

const phone = { viewport: { width: 390, height: 844 } };

describeInBrowser('the console’s delivery log', (chromium) => {
  let running: RunningConsole;

  beforeAll(async () => {
    running = await startConsole(chromium);
  }, consolePatienceMs);
  afterAll(() => running?.stop(), consolePatienceMs);
  afterEach(() => running?.closeTabs());

  it('shows what comes while it is looked at, why it failed, and how it went when it is retried', async () => {
    const { api } = running.postel;
    let status = 404;
    const receiver = await running.postel.receiver(() => ({ status, body: '{"error":"no such hook"}' }));
    await api.createEndpoint({ url: `${receiver.url}/hooks`, events: ['order.*'] });
    const page = await running.open(running.signedIn('/deliveries'));
    await page.getByText('Nothing has been delivered yet').waitFor();
    // told, and not asked for every few seconds
    await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
    await api.publish({ type: 'order.created', data: { object: { id: 'ord_1', name: 'Löwe' } } });
    await page.getByRole('link', { name: 'Delivery of order.created' }).click();
    await page.getByRole('heading', { name: 'order.created', level: 1 }).waitFor();
    await page.getByText('Attempt 1 failed for good').waitFor();
    await page.getByText('no such hook').waitFor();
    await page.getByRole('button', { name: 'Reveal and check' }).click();
    await page.getByText('matches', { exact: true }).nth(1).waitFor();
    expect(await page.getByText('does not match', { exact: true }).count()).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
    status = 200;
    await page.getByRole('button', { name: 'Retry now' }).click();
    await page.getByText('Attempt 2 succeeded').waitFor();
  });

  it('has its filters in the address, and back goes back', async () => {
    const page = await running.open(running.signedIn('/deliveries?status=dead'));
    await page.getByText('No delivery is like that').waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('link', { name: 'Delivery of order.created' }).waitFor();
    expect(page.url()).toBe(`${running.url}/deliveries`);
    await page.getByLabel('Event type').fill('order.created');
    await page.waitForURL(/type=order\.created/);
    await page.getByRole('link', { name: 'Delivery of order.created' }).click();
    await page.getByRole('heading', { name: 'order.created', level: 1 }).waitFor();
    await page.goBack();
    await page.waitForURL(/type=order\.created/);
    await page.getByRole('link', { name: 'Delivery of order.created' }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  it.each([
    ['dark', { colorScheme: 'dark' as const }],
    ['on a phone', phone],
  ])('can be read %s', async (_how, options) => {
    const page = await running.open(running.signedIn('/deliveries'), options);
    await page.getByRole('link', { name: 'Delivery of order.created' }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    const root = 'document.documentElement';
    expect(await page.evaluate(`${root}.scrollWidth <= ${root}.clientWidth`)).toBe(true);
    await page.getByRole('link', { name: 'Delivery of order.created' }).click();
    await page.getByText('Attempt 2 succeeded').waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  it('complains of nothing', () => {
    expect(running.complaints).toEqual([]);
  });
});
