/**
 * Draws docs/pictures/console/*.png: the console of a Postel that is started and filled for it, in a browser without a
 * window. Needs chromium and openssl, and what `npm run build` makes.
 *
 *   node apps/e2e/dist/pictures/draw-pictures.js
 *   node apps/e2e/dist/pictures/draw-pictures.js --all /tmp/pictures     every page, light, dark and on a phone
 *   node apps/e2e/dist/pictures/draw-pictures.js --again /tmp/pictures   then those named on each line of the input, until Ctrl-D
 */
import type { Page } from 'playwright-core';
import { waitUntil } from '@postel/testing';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { repositoryRoot } from '../harness/child-process.js';
import { findChromium } from '../harness/chromium.js';
import { startConsole, type RunningConsole } from '../harness/console.js';
import { adminToken } from '../harness/fleet.js';
import { tellOfWeekBefore } from './day-before.js';
import { fillWithTraffic, trafficEnv } from './fill-with-traffic.js';
import { startNamedReceivers } from './named-receivers.js';
import { receivers } from './receivers.js';
import { looks, takesOf, type Look, type Take } from './takes.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { all: { type: 'boolean' }, again: { type: 'boolean' } },
});
const directory = positionals[0] ?? join(repositoryRoot, 'docs', 'pictures', 'console');
const screens = {
  light: { viewport: { width: 1440, height: 900 } },
  dark: { viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
} as const;

const chromium = findChromium();
if (chromium === null) throw new Error('There is no Chromium on the PATH.');
await mkdir(directory, { recursive: true });
const named = await startNamedReceivers(receivers);
try {
  const running = await startConsole(chromium, { env: { ...trafficEnv, ...named.env } });
  try {
    await drawAll(running);
  } finally {
    await running.stop();
  }
} finally {
  await named.stop();
}

async function drawAll(running: RunningConsole): Promise<void> {
  const takes = takesOf(await fillWithTraffic(running.postel));
  await tellOfWeekBefore(running.postel.postgres.url);
  for (const take of takes) await drawLooks(running, take);
  if (!values.again) return;
  console.log(`${running.url}/#token=${adminToken}`);
  for await (const line of createInterface(process.stdin)) {
    const wanted = new Set(line.split(/\s+/));
    for (const take of takes.filter(({ name }) => wanted.has(name))) await drawLooks(running, take);
  }
}

/** Charts come later than figures: until nothing changes any more, but for times that tick. */
async function stillOf(page: Page): Promise<Buffer> {
  let last = await page.screenshot({ animations: 'disabled' });
  for (let look = 0; look < 8; look += 1) {
    const next = await page.screenshot({ animations: 'disabled' });
    if (next.equals(last)) break;
    last = next;
  }
  return last;
}

async function drawLooks(running: RunningConsole, take: Take): Promise<void> {
  for (const look of values.all ? looks : take.looks)
    await draw(running, take, look).catch((error: unknown) => {
      throw new Error(`${take.name}, ${look}: ${String(error)}`, { cause: error });
    });
}

async function draw(
  running: RunningConsole,
  { name, path, act, signedOut }: Take,
  look: Look,
): Promise<void> {
  const page = await running.open(signedOut ? path : `/sign-in-first`, screens[look]);
  if (!signedOut) {
    const session = { token: adminToken, tenant: 'acme' };
    await page.evaluate((kept) => sessionStorage.setItem('postel.session', kept), JSON.stringify(session));
    await page.goto(`${running.url}${path}`);
  }
  await page.getByRole('heading', { level: 1 }).waitFor();
  await act?.(page);
  const empty = page.locator('.mantine-Skeleton-root');
  await waitUntil(async () => (await empty.count()) === 0, {
    describe: 'the page to be there',
    timeoutMs: 60_000,
  });
  const file = `${name}${look === 'light' ? '' : `-${look}`}.png`;
  await writeFile(join(directory, file), await stillOf(page));
  await running.closeTabs();
  console.log(file);
}
