import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { waitUntil, type Receiver } from '@postel/testing';
import type { BrowserContextOptions } from 'playwright-core';
import { describeInBrowser } from '../harness/browser.js';
import { consolePatienceMs, startConsole, violationsOf, type RunningConsole } from '../harness/console.js';

const type = 'order.paid';
/** For a test with many steps, on a machine that is busy. */
const patienceMs = 240_000;

describeInBrowser('the console’s pages of a tenant', (chromium) => {
  let running: RunningConsole;
  let receiver: Receiver;
  let endpointId: string;
  let status = 400;

  beforeAll(async () => {
    running = await startConsole(chromium);
    const { api } = running.postel;
    receiver = await running.postel.receiver(() => ({ status, body: 'mind the <b>gap</b>' }));
    ({ id: endpointId } = await api.createEndpoint({ url: `${receiver.url}/hooks`, events: [type] }));
    await api.createEndpoint({ url: `${receiver.url}/others`, events: ['invoice.*'] });
    for (const id of ['ord_1', 'ord_2', 'ord_3']) await api.publish({ type, data: { object: { id } } });
    await receiver.waitFor(3);
  }, consolePatienceMs);
  afterAll(() => running?.stop(), consolePatienceMs);

  afterEach(() => running.closeTabs());

  const open = (path: string, options?: BrowserContextOptions) =>
    running.open(running.signedIn(path), options);

  it(
    'declare an event type, and ask before a schema refuses what it took',
    async () => {
      const page = await open('/event-types');
      await page.getByRole('button', { name: 'New event type' }).click();
      const drawer = page.getByRole('dialog');
      await drawer.getByLabel('Name').fill(type);
      await drawer.getByLabel('JSON Schema').fill('{"type": "object",');
      await drawer.getByRole('button', { name: 'Create' }).click();
      await drawer.getByText('This is no JSON').waitFor();
      const schema = { type: 'object', properties: { id: { type: 'string', description: 'Of the order' } } };
      await drawer.getByLabel('JSON Schema').fill(JSON.stringify(schema));
      await drawer.getByLabel('Samples').fill('[{"id": "ord_7"}]');
      await drawer.getByRole('button', { name: 'Create' }).click();
      await page.getByRole('heading', { name: type, level: 1 }).waitFor();
      await page.getByRole('table').getByText('Of the order').waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await page.getByRole('button', { name: 'Change' }).click();
      await drawer.getByLabel('JSON Schema').fill(JSON.stringify({ ...schema, required: ['id', 'amount'] }));
      await drawer.getByLabel('Samples').fill('[{"id": "ord_7", "amount": 5}]');
      await drawer.getByRole('button', { name: 'Save', exact: true }).click();
      await drawer.getByText('The schema refuses what the last one accepted').waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await drawer.getByRole('button', { name: 'Save it nevertheless' }).click();
      await page.getByRole('table').getByText('required').first().waitFor();
      await page.getByRole('button', { name: 'Change' }).click();
      await drawer.getByLabel('JSON Schema').fill('');
      await drawer.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('It has no schema').waitFor();
    },
    patienceMs,
  );

  it(
    'find a type, send a test of it, and see what comes of that',
    async () => {
      const page = await open('/event-types?search=paid');
      await page.getByRole('link', { name: type }).click();
      await page.getByRole('combobox', { name: 'Endpoint to send to' }).click();
      await page.getByRole('option', { name: `${receiver.url}/hooks` }).click();
      await page.getByRole('button', { name: 'Send a test event' }).click();
      await page.getByText('dead', { exact: true }).waitFor();
      await page.getByRole('link', { name: 'Open the delivery' }).waitFor();
    },
    patienceMs,
  );

  it(
    'explain which endpoints an event would reach, and why not the others',
    async () => {
      const page = await open(`/explain?type=${type}`);
      await waitUntil(async () => (await page.getByLabel('Payload').inputValue()).includes('ord_7'), {
        timeoutMs: 60_000,
      });
      await page.getByLabel('Payload').fill('[1]');
      await page.getByRole('button', { name: 'Explain' }).click();
      await page.getByText('This should be a JSON object').waitFor();
      await page.getByLabel('Payload').fill('{"id": "ord_8"}');
      await page.getByRole('button', { name: 'Explain' }).click();
      await page.getByText('1 of 2 endpoints would get it').waitFor();
      await page.getByText(`It takes invoice.*, not ${type}`).waitFor();
      await page.getByRole('button', { name: 'What it would be sent' }).click();
      await page.getByText('ord_8').last().waitFor();
      await page.getByText('webhook-id: ').waitFor();
      expect(await violationsOf(page)).toEqual([]);
    },
    patienceMs,
  );

  it(
    'keep the filters of dead letters in the address, and delete what was selected',
    async () => {
      const page = await open(`/dead-letters?reason=non_retryable&endpointId=${endpointId}&since=1h`);
      const rows = page.getByRole('table', { name: 'Dead letters' }).getByRole('link');
      await rows.nth(3).waitFor();
      await page
        .getByRole('checkbox', { name: /^Select Refused/ })
        .first()
        .check();
      await page.getByRole('button', { name: 'Delete 1 selected' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await page.getByText('1 dead letter was deleted').waitFor();
      // the list is asked for anew
      await waitUntil(async () => (await rows.count()) === 3, { describe: 'the three that are left' });
      expect(await violationsOf(page)).toEqual([]);
      await page.getByLabel('Event type').fill('no.such');
      await page.getByText('No dead letter fits').waitFor();
      expect(new URL(page.url()).searchParams.get('type')).toBe('no.such');
      await page.getByRole('button', { name: 'Show all' }).click();
      await rows.first().waitFor();
      expect(new URL(page.url()).search).toBe('');
    },
    patienceMs,
  );

  it(
    'recover an endpoint, and show the job as it goes on, also when the page is loaded again',
    async () => {
      status = 200;
      const before = receiver.requests.length;
      const page = await open(`/recover?endpointId=${endpointId}`);
      await page.getByRole('button', { name: 'Last hour' }).click();
      await page.getByRole('button', { name: 'Recover', exact: true }).click();
      await page.getByRole('heading', { name: 'Recovering' }).waitFor();
      await page.reload();
      await page.getByText('succeeded', { exact: true }).waitFor();
      await page.getByText(/3 deliveries made or reopened/).waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await receiver.waitFor(before + 3);
      await page.getByRole('navigation').getByRole('link', { name: 'Jobs' }).click();
      await page.getByRole('link', { name: 'Recover what failed' }).click();
      await page.getByRole('heading', { name: 'Recover what failed', level: 1 }).waitFor();
      await page.getByText('What was asked for').waitFor();
    },
    patienceMs,
  );

  it(
    'replay an event, and erase it',
    async () => {
      const page = await open(`/events?type=${type}`);
      await page.getByRole('link', { name: type }).last().click();
      await page.getByLabel('payload', { exact: true }).getByText('ord_1').waitFor();
      await page.getByRole('button', { name: 'Replay' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Replay' }).click();
      await page.getByText('1 delivery was made.').waitFor();
      await page.getByRole('button', { name: 'Erase …' }).click();
      const erase = page.getByRole('dialog').getByRole('button', { name: 'Erase', exact: true });
      expect(await erase.isDisabled()).toBe(true);
      await page.getByRole('dialog').getByRole('textbox').fill('erase');
      await erase.click();
      await page.getByText('The payload was erased').waitFor();
      expect(await page.getByText('ord_1').count()).toBe(0);
    },
    patienceMs,
  );

  it(
    'show figures as charts, and as tables for who cannot see them',
    async () => {
      const page = await open('/stats?period=hour');
      await page.getByRole('img', { name: /^Success rate/ }).waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await page.getByRole('button', { name: 'Table of failed attempts by kind' }).click();
      await page.getByRole('columnheader', { name: 'Answered 400' }).waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await page.getByText('Week', { exact: true }).click();
      await page.waitForURL(/period=week/);
    },
    patienceMs,
  );

  const everyPage = [
    'overview',
    'dead-letters',
    'stats',
    'event-types',
    `event-types/${type}`,
    'explain',
    'recover',
    'jobs',
    'events',
  ];
  const ways = [
    ['dark', { colorScheme: 'dark' as const }],
    ['on a phone', { viewport: { width: 390, height: 844 } }],
  ] as const;

  it.each(ways)(
    'can be read %s',
    async (_how, options) => {
      const page = await open('/overview', options);
      for (const path of everyPage) {
        await page.goto(`${running.url}/${path}`);
        await page.locator('h1').waitFor();
        await page.getByRole('status', { name: 'Loading' }).first().waitFor({ state: 'detached' });
        expect([path, await violationsOf(page)]).toEqual([path, []]);
        const widths = '[document.documentElement.scrollWidth, document.documentElement.clientWidth]';
        const [scrollWidth, clientWidth] = await page.evaluate<[number, number]>(widths);
        expect([path, scrollWidth]).toEqual([path, clientWidth]);
      }
    },
    2 * patienceMs,
  );

  it(
    'offer somebody with a portal link what their link may do, and no more',
    async () => {
      const { json } = await running.postel.api.request('POST', '/v1/portal-tokens', { body: {} });
      const { token } = json as { token: string };
      const page = await running.open(`/explain#token=${token}`);
      await page.getByRole('heading', { name: 'Explain', level: 1 }).waitFor();
      expect(await page.getByRole('button', { name: 'Publish it' }).count()).toBe(0);
      expect(await page.getByRole('link', { name: 'Events', exact: true }).count()).toBe(0);
      await page.getByRole('link', { name: 'Event types' }).click();
      await page.getByRole('link', { name: type }).click();
      await page.getByRole('button', { name: 'Send a test event' }).waitFor();
      expect(await page.getByRole('button', { name: 'Change' }).count()).toBe(0);
      await page.goto(`${running.url}/events`);
      await page.getByRole('heading', { name: 'There is no such page', level: 1 }).waitFor();
    },
    patienceMs,
  );

  it('complain of nothing', () => {
    expect(running.complaints).toEqual([]);
  });
});
