import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { buildConsole } from './build-console.mjs';
import { withLock } from './lock.mjs';
import { root } from './paths.mjs';
import { runForeground } from './run-child.mjs';

/**
 * Build, lint, tests: all of them, that one run tells everything, and the tests last, that their summary stands
 * at the end. With arguments, which are Jest's, someone works on something: then no lint.
 *
 * @returns {Promise<number>} the exit code of the first that failed
 */
export async function runTests(node, jestArgs) {
  const exitCodes = await withLock(() => Promise.all([build(node), buildConsole(node)]));
  const broughtNats = await runForeground(node, [join(root, 'tools', 'newcomer', 'bring-nats-server.mjs')]);
  // Without nats-server most tests can only fail, each in its own words.
  if (broughtNats !== 0 && jestArgs.length === 0) return broughtNats;
  if (jestArgs.length === 0) {
    step('Lint');
    exitCodes.push(await runForeground(node, [nxProgram(), 'run-many', '-t', 'lint']));
  }
  step('Tests');
  exitCodes.push(await runForeground(node, [...jestProgram, ...jestArgs]));
  const failed = exitCodes.findIndex((code) => code !== 0);
  return failed === -1 ? 0 : exitCodes[failed];
}

const jestProgram = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
];

function nxProgram() {
  const nx = join(root, 'node_modules', 'nx');
  const { bin } = JSON.parse(readFileSync(join(nx, 'package.json'), 'utf8'));
  return join(nx, bin.nx);
}

function step(name) {
  process.stderr.write(`\n— ${name}\n`);
}
