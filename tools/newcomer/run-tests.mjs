import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from './build.mjs';
import { buildConsole } from './build-console.mjs';
import { lint } from './lint.mjs';
import { lastLine } from './last-line.mjs';
import { withLock } from './lock.mjs';
import { root, stateDir } from './paths.mjs';
import { runForeground } from './run-child.mjs';
import { lookTwice } from './second-look.mjs';

const reportFile = join(stateDir, 'tests.json');
const flakyFile = join(stateDir, 'flaky.json');

/**
 * Build, lint, tests: all of them, that one run tells everything, and the tests last, that their summary stands
 * at the end. With arguments, which are Jest's, someone works on something: then no lint, and no second look.
 *
 * @returns {Promise<number>} the exit code of the first that failed
 */
export async function runTests(node, jestArgs) {
  const built = firstFailed(await withLock(() => Promise.all([build(node), buildConsole(node)])));
  const broughtNats = await runForeground(node, [join(root, 'tools', 'newcomer', 'bring-nats-server.mjs')]);
  if (jestArgs.length > 0) {
    step('Tests');
    return firstFailed([built, await runForeground(node, [...jestProgram, ...jestArgs])]);
  }
  // Without nats-server most tests can only fail, each in its own words.
  if (broughtNats !== 0) return broughtNats;
  step('Lint');
  const linted = await lint(node);
  step('Tests');
  const verdict = await lookTwice((args) => jestWithReport(node, args), {
    isOff: process.env.POSTEL_TEST_RERUN === '0',
    onSecond: (suites) => step(`Once more, alone: ${suites.map(inRoot).join(', ')}`),
  });
  if (built !== 0) process.stderr.write('\nThe build failed; its errors stand at the top.\n');
  if (linted !== 0) process.stderr.write('\nThe lint failed; its errors stand above the tests.\n');
  return firstFailed([built, linted, tell(verdict)]);
}

/** @returns {number} the exit code of the tests */
function tell(verdict) {
  rmSync(flakyFile, { force: true });
  if (verdict === null) {
    process.stderr.write('\nJest ended without a word of its tests.\n');
    return 1;
  }
  const { exitCode, skipped, onlyAlone } = verdict;
  const suites = onlyAlone.map(({ suite, failures }) => ({ suite: inRoot(suite), failures }));
  if (suites.length > 0) {
    step('These failed beside others, and passed alone: mend them');
    for (const { suite, failures } of suites)
      process.stderr.write(`passed only alone: ${suite}: ${failures[0].test}: ${failures[0].message}\n`);
    mkdirSync(stateDir, { recursive: true });
    writeFileSync(flakyFile, `${JSON.stringify({ suites }, null, 2)}\n`);
    process.stderr.write(`All of it stands in ${inRoot(flakyFile)}.\n`);
  }
  tellSkipped(skipped);
  process.stderr.write(`\n${lastLine(verdict)}\n`);
  return exitCode;
}

function tellSkipped(skipped) {
  if (skipped.length === 0) return;
  step('These were skipped; what each of them wants stands above');
  for (const { suite, tests } of skipped) process.stderr.write(`skipped: ${inRoot(suite)}: ${tests}\n`);
}

async function jestWithReport(node, args) {
  mkdirSync(stateDir, { recursive: true });
  rmSync(reportFile, { force: true });
  const exitCode = await runForeground(node, [
    ...jestProgram,
    '--json',
    `--outputFile=${reportFile}`,
    ...args,
  ]);
  return { exitCode, report: readReport() };
}

/** @returns what Jest told; null when it ended before it could */
function readReport() {
  try {
    return JSON.parse(readFileSync(reportFile, 'utf8'));
  } catch {
    return null;
  }
}

const jestProgram = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
];

const inRoot = (path) => relative(root, path);

const firstFailed = (exitCodes) => exitCodes.find((code) => code !== 0) ?? 0;

function step(name) {
  process.stderr.write(`\n— ${name}\n`);
}
