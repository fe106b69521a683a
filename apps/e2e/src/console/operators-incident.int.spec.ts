import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Receiver } from '@postel/testing';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '../harness/browser.js';
import { consolePatienceMs, startConsole, violationsOf, type RunningConsole } from '../harness/console.js';
import { eventually } from '../harness/eventually.js';
import { createTenant, type TenantClient } from '../harness/tenant-client.js';

const type = 'order.created';
const patienceMs = 150_000;

describeInBrowser('an incident, as the operator goes through it in the console', (chromium) => {
  let running: RunningConsole;
  let acme: TenantClient;
  let receiver: Receiver;
  let page: Page;
  const published: string[] = [];

  beforeAll(async () => {
    running = await startConsole(chromium);
    const { api } = running.postel;
    acme = await createTenant(api, 'acme');
    const alerts = { warn: null, disable: { deadLetters: 3, windowSeconds: 600 } };
    const changed = await api.request('PATCH', '/v1/tenants/acme', { body: { alerts } });
    expect(changed.status).toBe(200);
    receiver = await running.postel.receiver(() => ({ status: 500, body: 'the disk is full' }));
    const body = { url: `${receiver.url}/orders`, events: [type], retry: { schedule: [50] } };
    await acme.expect(201, 'POST', '/v1/endpoints', body);
    for (let n = 0; n < 3; n += 1) await publish(n);
  }, consolePatienceMs);
  afterAll(() => running?.stop(), consolePatienceMs);

  async function publish(n: number): Promise<void> {
    const accepted = await acme.expect(202, 'POST', '/v1/events', { type, data: { object: { n } } });
    published.push(String(accepted['id']));
  }

  it(
    'is seen on the fleet page, with the endpoint that Postel disabled',
    async () => {
      page = await running.open(running.signedIn('/'));
      await page.getByRole('heading', { name: 'Fleet', level: 1 }).waitFor();
      const wrong = page.getByRole('status', { name: 'What is wrong' });
      await wrong.getByText('1 endpoint is disabled, for too many failures.').waitFor({ timeout: 60_000 });
      const worst = page.getByRole('table', { name: 'Worst endpoints' });
      await worst.getByText('too many failures').waitFor();
      // nobody looks at it: it ends neither as delivered nor as dead
      for (let n = 3; n < 5; n += 1) await publish(n);
      expect(await violationsOf(page)).toEqual([]);
    },
    patienceMs,
  );

  it(
    'leads to the endpoint, which says why, as its tenant’s',
    async () => {
      await page.getByRole('link', { name: `Endpoint ${receiver.url}/orders of acme` }).click();
      await page.getByRole('heading', { name: `${receiver.url}/orders`, level: 1 }).waitFor();
      await page.getByText('Too many of its deliveries failed').waitFor();
      expect(new URL(page.url()).search).toBe('');
      await page.getByRole('region', { name: 'Tenant' }).getByText('You look at tenant acme').waitFor();
      expect(await violationsOf(page)).toEqual([]);
    },
    patienceMs,
  );

  it(
    'ends with a repaired receiver, an enabled endpoint and all that it missed',
    async () => {
      const before = receiver.requests.length;
      receiver.setAnswer(() => ({ status: 200 }));
      await page.getByRole('button', { name: 'Enable' }).click();
      await page.getByRole('button', { name: 'Pause' }).waitFor();
      await page.getByRole('button', { name: 'More' }).click();
      await page.getByRole('menuitem', { name: 'Recover' }).click();
      await recover('What failed');
      await page.getByRole('button', { name: 'Recover something else' }).click();
      await recover('What is missing');
      const ids = () => receiver.requests.slice(before).map(({ rawBody }) => idIn(rawBody));
      await eventually(
        () => (new Set(ids()).size === published.length ? true : null),
        `${published.length} events to arrive`,
        { timeoutMs: 60_000 },
      );
      expect(new Set(ids())).toEqual(new Set(published));
    },
    patienceMs,
  );

  async function recover(what: string): Promise<void> {
    await page.getByRole('heading', { name: 'Recover', level: 1 }).waitFor();
    await page.getByRole('radio', { name: what }).check();
    await page.getByRole('button', { name: 'Recover', exact: true }).click();
    await page.getByText('succeeded', { exact: true }).waitFor({ timeout: 60_000 });
  }

  it('complains of nothing', () => {
    expect(running.complaints).toEqual([]);
  });
});

function idIn(body: Buffer): string {
  return (JSON.parse(body.toString()) as { id: string }).id;
}
