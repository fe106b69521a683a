import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Receiver } from '@postel/testing';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '../harness/browser.js';
import { consolePatienceMs, startConsole, violationsOf, type RunningConsole } from '../harness/console.js';

/** For a test with many steps, on a machine that is busy. */
const patienceMs = 240_000;
const type = 'order.created';

describeInBrowser('the console while the database is away', (chromium) => {
  let running: RunningConsole;
  let receiver: Receiver;
  let before: Page;

  beforeAll(async () => {
    running = await startConsole(chromium);
    receiver = await running.postel.receiver();
    await running.postel.api.createEndpoint({ url: receiver.url, events: [type] });
    await publish();
    await receiver.waitFor(1);
  }, consolePatienceMs);
  afterAll(() => running?.stop(), consolePatienceMs);

  const publish = () => running.postel.api.publish({ type, data: { object: { id: 'ord_1' } } });
  const open = (path: string) => running.open(running.signedIn(path));
  const notice = (page: Page) => page.getByRole('status').getByText('What is shown is as it was');

  it(
    'says of what it shows that it is of before',
    async () => {
      before = await open('/overview');
      await before.getByText('Succeeded, 24 h').waitFor();
      await before.getByRole('table', { name: 'Latest deliveries' }).getByText('succeeded').waitFor();
      expect(await notice(before).count()).toBe(0);
      await running.postel.postgres.kill();
      await notice(before).waitFor();
      expect(await violationsOf(before)).toEqual([]);
    },
    patienceMs,
  );

  it(
    'claims nothing that it could not read',
    async () => {
      const page = await open('/overview');
      await page.getByRole('alert').first().waitFor();
      expect(await page.getByText('Every endpoint takes what it is sent.').count()).toBe(0);
      expect(await page.getByText('Begin here').count()).toBe(0);
    },
    patienceMs,
  );

  it(
    'shows all that there is by itself once it is back, and not only what it was told live',
    async () => {
      const log = await open('/deliveries');
      const alert = log.getByRole('alert');
      await alert.waitFor();
      const element = await alert.elementHandle();
      // each time twice: that it is asked for again takes the reason away for nobody
      for (let answers = 0; answers < 3; answers += 1) await log.waitForResponse('**/v1/deliveries?*');
      expect(
        await element?.evaluate((node) => (node as unknown as { isConnected: boolean }).isConnected),
      ).toBe(true);
      await log.getByRole('status').getByText('Live', { exact: true }).waitFor();
      await publish();
      await receiver.waitFor(2);
      const rows = log.getByRole('link', { name: `Delivery of ${type}` });
      await rows.first().waitFor();
      await running.postel.postgres.restart();
      await rows.nth(1).waitFor();
      await notice(before).waitFor({ state: 'detached' });
    },
    patienceMs,
  );

  it('complains of nothing', () => {
    expect(running.complaints).toEqual([]);
  });
});
