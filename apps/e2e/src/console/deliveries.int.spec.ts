import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { describeInBrowser } from '../harness/browser.js';
import { eventually } from '../harness/eventually.js';
import { adminToken } from '../harness/fleet.js';
import { consolePatienceMs, startConsole, violationsOf, type RunningConsole } from '../harness/console.js';

/** So many the page keeps of what it was told. */
const maxLive = 500;
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

  it('tells the exact time of a row that is pointed at, which is clicked as the rest of it', async () => {
    const page = await running.open(running.signedIn('/deliveries'));
    const time = page.getByRole('row').locator('time').last();
    await time.hover();
    await page.getByRole('tooltip', { name: String(new Date().getFullYear()) }).waitFor();
    await time.click();
    await page.waitForURL(/\/deliveries\/dlv_/);
    await page.goBack();
    await page.waitForURL(/\/deliveries$/);
  });

  it('leads the focus to no navigation that is not seen, on a phone', async () => {
    const page = await running.open(running.signedIn('/deliveries'), phone);
    const link = page.getByRole('navigation').getByRole('link', { name: 'Endpoints' });
    const burger = page.getByRole('button', { name: 'Navigation' });
    await burger.waitFor();
    expect(await link.count()).toBe(0);
    await burger.click();
    await link.click();
    await page.getByRole('heading', { name: 'Endpoints', level: 1 }).waitFor();
    expect(await link.count()).toBe(0);
  });

  it('takes of an address what it understands, and has a preset of time as other lists have', async () => {
    const page = await running.open(running.signedIn('/deliveries?status=nonsense&since=24h'));
    await page.getByRole('link', { name: 'Delivery of order.created' }).waitFor();
    await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
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

  it('has no hole where more came than is kept of what was told', async () => {
    const { api } = running.postel;
    const receiver = await running.postel.receiver();
    const type = 'gap.made';
    await api.createEndpoint({ url: receiver.url, events: [type], maxInFlight: 50 });
    const page = await running.open(running.signedIn(`/deliveries?type=${type}`));
    await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
    await page.getByText('No delivery is like that').waitFor();
    const publish = (n: number) => {
      const events = Array.from({ length: n }, (_, index) => ({ type, data: { object: { index } } }));
      return api.request('POST', '/v1/events/batch', { body: { events } });
    };
    const logged = () => api.all((query) => api.deliveries(query), `type=${type}`);
    await publish(60);
    await eventually(
      async () => ((await logged()).length === 60 ? true : null),
      'the log to have all of them',
    );
    await page.reload();
    await page.getByRole('button', { name: 'Show more' }).waitFor();
    await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
    await publish(maxLive + 200);
    await receiver.waitFor(60 + maxLive + 200);
    await eventually(async () => {
      const all = await logged();
      const links = page.getByRole('link', { name: `Delivery of ${type}` });
      const ids = await links.evaluateAll((rows) =>
        rows.map((row) =>
          String((row as unknown as { getAttribute(name: string): string }).getAttribute('href')),
        ),
      );
      const shown = new Set(ids.map((path) => path.split('/').at(-1)));
      const oldest = all.findLast(({ id }) => shown.has(id));
      const missing = all.filter(
        ({ id, createdAt }) => createdAt > String(oldest?.createdAt) && !shown.has(id),
      );
      return all.length === 60 + maxLive + 200 && missing.length === 0 ? true : null;
    }, 'every delivery that is newer than the oldest row to have a row');
  });

  it('shows the numbers of an event as they were published', async () => {
    const payload = '"id":12345678901234567890,"rate":1.10';
    await fetch(`${running.url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      body: `{"id":"evt_of_numbers","type":"order.created","data":{"object":{${payload}}}}`,
    });
    const page = await running.open(running.signedIn('/events/evt_of_numbers'));
    await page.getByLabel('payload', { exact: true }).getByText('"id": 12345678901234567890').waitFor();
    await page.getByLabel('payload', { exact: true }).getByText('"rate": 1.10').waitFor();
  });

  it('complains of nothing', () => {
    expect(running.complaints).toEqual([]);
  });
});
