import { describe, jest } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findChromium } from './chromium.js';

const installMs = 240_000;
/** A browser shares the machine with all that it looks at. */
const testMs = 180_000;

/** A suite that needs a browser: skipped, with one line that says why, where there is none and none can be had. */
export function describeInBrowser(name: string, suite: (executablePath: string) => void): void {
  const executablePath = findChromium() ?? installedChromium();
  jest.setTimeout(testMs);
  if (executablePath !== null) return describe(name, () => suite(executablePath));
  process.stderr.write(`${name}: skipped, there is no Chromium on the PATH (apt-get install chromium)\n`);
  describe.skip(name, () => suite(''));
}

/** In a container of Debian's, whose owner we are, it is a package away. */
function installedChromium(): string | null {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return null;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args: string[]) =>
    spawnSync('/usr/bin/apt-get', ['-o', 'DPkg::Lock::Timeout=200', ...args], {
      stdio: 'ignore',
      timeout: installMs,
      env,
    }).status === 0;
  const install = () => apt('install', '-y', '--no-install-recommends', 'chromium');
  // where nothing was ever installed, apt does not know of any package yet
  if (!install() && apt('update')) install();
  return findChromium();
}
