import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Receiver } from '@postel/testing';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '../harness/browser.js';
import { consolePatienceMs, startConsole, violationsOf, type RunningConsole } from '../harness/console.js';

/** For a test with many steps, on a machine that is busy. */
const patienceMs = 240_000;

/** What issue 8 wants of a newcomer, without any docs: from nothing to a delivery that broke, was understood and redriven. */
describeInBrowser('a tenant’s first ten minutes', (chromium) => {
  let running: RunningConsole;
  let receiver: Receiver;
  let page: Page;
  let status = 200;

  beforeAll(async () => {
    running = await startConsole(chromium);
    receiver = await running.postel.receiver(() => ({ status, body: '{"error":"no such order"}' }));
    page = await running.open(running.signedIn('/overview'));
  }, consolePatienceMs);
  afterAll(() => running?.stop(), consolePatienceMs);

  const goTo = async (name: string) => {
    await page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();
  };

  it(
    'begin with what to do first',
    async () => {
      await page.getByText('Begin here').waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await page.getByRole('link', { name: 'Create an endpoint' }).click();
      await page.getByRole('button', { name: 'New endpoint' }).click();
      const drawer = page.getByRole('dialog');
      await drawer.getByLabel('URL').fill(`${receiver.url}/hooks`);
      await drawer.getByLabel('Events').fill('order.*');
      await drawer.getByRole('button', { name: 'Create the endpoint' }).click();
      await drawer.getByText(/^whsec_/).waitFor();
      await drawer.getByRole('button', { name: 'Close' }).click();
    },
    patienceMs,
  );

  it(
    'go on with a test event, and show it arriving',
    async () => {
      await goTo('Overview');
      await page.getByRole('button', { name: 'Send a test event' }).click();
      await receiver.waitFor(1);
      await page.getByText('Succeeded, 24 h').waitFor();
      await page.getByRole('table', { name: 'Latest deliveries' }).getByText('succeeded').waitFor();
      await page.getByText('Every endpoint takes what it is sent.').waitFor();
      expect(await violationsOf(page)).toEqual([]);
    },
    patienceMs,
  );

  it(
    'break it: an event is published that the receiver refuses',
    async () => {
      status = 422;
      await goTo('Explain');
      await page.getByLabel('Type', { exact: false }).first().fill('order.created');
      await page.getByRole('button', { name: 'Explain' }).click();
      await page.getByText('1 of 1 endpoint would get it').waitFor();
      await page.getByRole('button', { name: 'Publish it' }).click();
      await page.getByRole('link', { name: 'See what becomes of it' }).click();
      await page.getByRole('heading', { name: 'order.created', level: 1 }).waitFor();
      await page.getByRole('table', { name: 'Deliveries of the event' }).getByText('dead').waitFor();
      expect(await violationsOf(page)).toEqual([]);
    },
    patienceMs,
  );

  it(
    'see why',
    async () => {
      await goTo('Overview');
      await page.getByText('1 dead letter in 24 h').waitFor();
      await page.getByRole('link', { name: '1 dead letter in 24 h' }).click();
      await page.getByRole('link', { name: 'Refused by the endpoint' }).waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await page.getByRole('link', { name: 'Refused by the endpoint' }).click();
      await page.getByText('Attempt 1 failed for good').waitFor();
      await page.getByText('no such order').waitFor();
      await page.goBack();
    },
    patienceMs,
  );

  it(
    'redrive it, and it arrives',
    async () => {
      status = 200;
      const before = receiver.requests.length;
      await page.getByRole('checkbox', { name: /^Select Refused by the endpoint/ }).check();
      await page.getByRole('button', { name: 'Redrive 1 selected' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Redrive' }).click();
      await page.getByText('1 dead letter was redriven').waitFor();
      await page.getByText('No dead letter fits').waitFor();
      await receiver.waitFor(before + 1);
      expect(receiver.requests.at(-1)?.headers['webhook-id']).toBe(
        receiver.requests.at(-2)?.headers['webhook-id'],
      );
      await goTo('Events');
      await page.getByRole('link', { name: 'order.created' }).first().click();
      await page.getByRole('table', { name: 'Deliveries of the event' }).getByText('succeeded').waitFor();
    },
    patienceMs,
  );

  it('complain of nothing', () => {
    expect(running.complaints).toEqual([]);
  });
});
