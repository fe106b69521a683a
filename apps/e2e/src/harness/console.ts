import { AxeBuilder } from '@axe-core/playwright';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { adminToken, type FleetOptions, type RunningPostel } from './fleet.js';
import { startTogether } from './together.js';

const consoleDir = join(dirname(fileURLToPath(import.meta.url)), '../../../console/dist');

/** For a suite's hooks: Postel and a browser, on a machine that is busy. */
export const consolePatienceMs = 150_000;

export interface RunningConsole {
  readonly postel: RunningPostel;
  readonly url: string;
  /** A tab of somebody's own, without anything that another has kept. */
  open(path: string, options?: BrowserContextOptions): Promise<Page>;
  /** Closes what was opened; after each test, for a page that nobody looks at works on. */
  closeTabs(): Promise<void>;
  /** The operator's link to a page. */
  signedIn(path: string): string;
  /** What pages complained of: exceptions, and what their policy refused. */
  readonly complaints: readonly string[];
  stop(): Promise<void>;
}

/** Postel with its console, as `npm start` serves it, and a browser to look at it. */
export async function startConsole(
  executablePath: string,
  options: Pick<FleetOptions, 'env'> = {},
): Promise<RunningConsole> {
  if (!existsSync(join(consoleDir, 'index.html'))) throw new Error('build the console first: npm run build');
  const browser = await chromium.launch({
    executablePath,
    // in a container the kernel may not let it make a sandbox; it sees nothing but ours
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  try {
    const postel = await startTogether({ env: { POSTEL_CONSOLE_DIR: consoleDir, ...options.env } });
    return consoleOf(postel, browser);
  } catch (error) {
    await browser.close();
    throw error;
  }
}

function consoleOf(postel: RunningPostel, browser: Browser): RunningConsole {
  const complaints: string[] = [];
  const { url } = postel.api;
  return {
    postel,
    url,
    complaints,
    closeTabs: async () => {
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    signedIn: (path) => `${path}#token=${adminToken}`,
    open: async (path, options) => {
      const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        const text = message.text();
        if (message.type() === 'error' && !text.startsWith('Failed to load resource')) complaints.push(text);
      });
      await page.goto(`${url}${path}`);
      return page;
    },
    stop: async () => {
      await browser.close();
      await postel.stop();
    },
  };
}

/** What axe finds wrong with a page as it is now, for people who see, hear or point otherwise; empty when nothing. */
export async function violationsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`));
}
