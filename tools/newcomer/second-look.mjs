import { stripVTControlCharacters } from 'node:util';

/** More than this fail together for a reason, and not because the machine was busy. */
const mostSuites = 3;
const longestMessage = 400;

/**
 * Runs all tests; when a few suites fail, those once more, alone and one at a time. Two processors are shared by two
 * suites, each with a Postel of its own: what fails only beside others is told, and fails nothing.
 *
 * @param {(args: readonly string[]) => Promise<{ exitCode: number, report: object | null }>} jest  runs it, and reads
 *   what it tells with --json; null when it told nothing
 * @param {{ isOff?: boolean, onSecond?: (suites: readonly string[]) => void }} [options]
 * @returns {Promise<Verdict | null>} null when nobody can say which tests there were
 *
 * @typedef {{ exitCode: number, passed: number, failed: number, skipped: readonly Skipped[], onlyAlone: readonly OnlyAlone[] }} Verdict
 * @typedef {{ suite: string, tests: number }} Skipped
 * @typedef {{ suite: string, failures: readonly { test: string, message: string }[] }} OnlyAlone
 */
export async function lookTwice(jest, { isOff = false, onSecond = () => undefined } = {}) {
  const first = await jest([]);
  if (first.report === null) return null;
  const failed = failedSuites(first.report);
  const isSecond = !isOff && first.exitCode !== 0 && failed.length > 0 && failed.length <= mostSuites;
  if (!isSecond) return verdict(first.exitCode, suitesOf(first.report), []);
  const paths = failed.map(({ name }) => name);
  onSecond(paths);
  const second = await jest(['--runInBand', '--runTestsByPath', ...paths]);
  const again = new Map(
    second.report === null ? [] : suitesOf(second.report).map((suite) => [suite.name, suite]),
  );
  const latest = suitesOf(first.report).map((suite) => again.get(suite.name) ?? suite);
  const onlyAlone = failed.filter(({ name }) => again.get(name)?.status === 'passed');
  // a suite that was not run again has failed, whatever Jest's second exit says
  const isWell = second.exitCode === 0 && onlyAlone.length === failed.length;
  return verdict(isWell ? 0 : first.exitCode, latest, onlyAlone);
}

function verdict(exitCode, suites, onlyAlone) {
  const count = (wanted) => suites.flatMap(({ assertionResults }) => assertionResults).filter(wanted).length;
  return {
    exitCode,
    passed: count(({ status }) => status === 'passed'),
    failed: count(({ status }) => status === 'failed') + suites.filter(failsByItself).length,
    skipped: suites.map(skippedOf).filter(({ tests }) => tests > 0),
    onlyAlone: onlyAlone.map((suite) => ({ suite: suite.name, failures: failuresOf(suite) })),
  };
}

/** What ran nowhere here: `pending` is Jest's word for it. */
function skippedOf({ name, assertionResults }) {
  return { suite: name, tests: assertionResults.filter(({ status }) => notRun.has(status)).length };
}

const notRun = new Set(['pending', 'skipped', 'disabled', 'todo']);

const suitesOf = ({ testResults }) => testResults;

const failedSuites = (report) => suitesOf(report).filter(({ status }) => status === 'failed');

/** It could not be loaded, or failed after its last test: no test of it tells. */
function failsByItself({ status, assertionResults }) {
  return status === 'failed' && !assertionResults.some((test) => test.status === 'failed');
}

function failuresOf(suite) {
  if (failsByItself(suite)) return [{ test: 'the suite itself', message: inShort(suite.message) }];
  return suite.assertionResults
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages }) => ({
      test: fullName,
      message: inShort(failureMessages[0] ?? ''),
    }));
}

/** What was expected and what came, in one line and without the stack. */
function inShort(message) {
  const lines = stripVTControlCharacters(message)
    .split('\n')
    .map((line) => line.trim());
  const stack = lines.findIndex((line) => /^at /.test(line));
  const said = lines.slice(0, stack === -1 ? undefined : stack).filter(Boolean);
  return said.join(' ').slice(0, longestMessage);
}
