import { beforeAll, describe, expect, it } from '@jest/globals';

interface Suite {
  readonly name: string;
  readonly status: 'passed' | 'failed';
  readonly message: string;
  readonly assertionResults: readonly {
    readonly status: string;
    readonly fullName: string;
    readonly failureMessages: readonly string[];
  }[];
}
interface Run {
  readonly exitCode: number;
  readonly report: { readonly testResults: readonly Suite[] } | null;
}
interface Verdict {
  readonly exitCode: number;
  readonly passed: number;
  readonly failed: number;
  readonly onlyAlone: readonly { suite: string; failures: readonly { test: string; message: string }[] }[];
}
type LookTwice = (
  jest: (args: readonly string[]) => Promise<Run>,
  options?: { isOff?: boolean; onSecond?: (suites: readonly string[]) => void },
) => Promise<Verdict | null>;

/** tools/newcomer is plain JavaScript outside the workspaces, for it runs before anything is installed. */
let lookTwice: LookTwice;
beforeAll(async () => {
  const module = new URL('../../../tools/newcomer/second-look.mjs', import.meta.url);
  ({ lookTwice } = (await import(module.href)) as { lookTwice: LookTwice });
});

const message =
  'Error: \u001b[2mexpect(\u001b[22mreceived\u001b[2m)\u001b[22m\n\nExpected: 1\nReceived: 0\n    at here (a.ts:1:1)';

function suite(name: string, ...tests: readonly ('passed' | 'failed' | 'pending')[]): Suite {
  return {
    name,
    status: tests.includes('failed') ? 'failed' : 'passed',
    message: '',
    assertionResults: tests.map((status, n) => ({
      status,
      fullName: `${name} ${n}`,
      failureMessages: status === 'failed' ? [message] : [],
    })),
  };
}

const brokenSuite = (name: string): Suite => ({
  ...suite(name),
  status: 'failed',
  message: 'no such module',
});

const run = (...testResults: readonly Suite[]): Run => ({
  exitCode: testResults.some(({ status }) => status === 'failed') ? 1 : 0,
  report: { testResults },
});

/** One run after the other, and what Jest was told at each. */
async function looked(runs: readonly Run[], options: Parameters<LookTwice>[1] = {}) {
  const told: (readonly string[])[] = [];
  const verdict = await lookTwice((args) => {
    told.push(args);
    return Promise.resolve(runs[told.length - 1] as Run);
  }, options);
  return { told, verdict };
}

describe('a second look at what failed beside others', () => {
  it('is not taken where nothing failed; what was skipped is not counted', async () => {
    const { told, verdict } = await looked([run(suite('a', 'passed', 'pending'), suite('b', 'passed'))]);
    expect(told).toEqual([[]]);
    expect(verdict).toEqual({ exitCode: 0, passed: 2, failed: 0, onlyAlone: [] });
  });

  it('lets pass what passes alone, and tells of it what failed at first', async () => {
    const { told, verdict } = await looked([
      run(suite('a', 'passed', 'failed'), suite('b', 'passed')),
      run(suite('a', 'passed', 'passed')),
    ]);
    expect(told[1]).toEqual(['--runInBand', '--runTestsByPath', 'a']);
    expect(verdict).toEqual({
      exitCode: 0,
      passed: 3,
      failed: 0,
      onlyAlone: [
        {
          suite: 'a',
          failures: [{ test: 'a 1', message: 'Error: expect(received) Expected: 1 Received: 0' }],
        },
      ],
    });
  });

  it('fails what fails twice, whatever passed beside it', async () => {
    const { verdict } = await looked([
      run(suite('a', 'failed'), suite('b', 'failed'), suite('c', 'passed')),
      run(suite('a', 'failed'), suite('b', 'passed')),
    ]);
    expect(verdict).toMatchObject({ exitCode: 1, passed: 2, failed: 1, onlyAlone: [{ suite: 'b' }] });
  });

  it('fails what fails elsewhere in the same suite at the second look', async () => {
    const { verdict } = await looked([
      run(suite('a', 'failed', 'passed')),
      run(suite('a', 'passed', 'failed')),
    ]);
    expect(verdict).toMatchObject({ exitCode: 1, passed: 1, failed: 1, onlyAlone: [] });
  });

  it('is taken of three suites, and not of four', async () => {
    const failing = ['a', 'b', 'c', 'd'].map((name) => suite(name, 'failed'));
    const passing = ['a', 'b', 'c'].map((name) => suite(name, 'passed'));
    const three = await looked([run(...failing.slice(0, 3)), run(...passing)]);
    expect(three.verdict).toMatchObject({ exitCode: 0, passed: 3, failed: 0 });
    const four = await looked([run(...failing), run(...passing)]);
    expect(four.told).toHaveLength(1);
    expect(four.verdict).toMatchObject({ exitCode: 1, passed: 0, failed: 4, onlyAlone: [] });
  });

  it('counts a suite that failed without a test of its own', async () => {
    const twice = await looked([run(brokenSuite('a'), suite('b', 'passed')), run(brokenSuite('a'))]);
    expect(twice.verdict).toMatchObject({ exitCode: 1, passed: 1, failed: 1 });
    const once = await looked([run(brokenSuite('a')), run(suite('a', 'passed'))]);
    expect(once.verdict?.onlyAlone).toEqual([
      { suite: 'a', failures: [{ test: 'the suite itself', message: 'no such module' }] },
    ]);
  });

  it('is not taken where it is switched off', async () => {
    const { told, verdict } = await looked([run(suite('a', 'failed'))], { isOff: true });
    expect(told).toHaveLength(1);
    expect(verdict).toMatchObject({ exitCode: 1, failed: 1 });
  });

  it('passes nothing when Jest says that it failed, or says nothing', async () => {
    const wellButNotZero: Run = { ...run(suite('a', 'passed')), exitCode: 1 };
    expect((await looked([wellButNotZero])).verdict).toMatchObject({ exitCode: 1, passed: 1, failed: 0 });
    expect((await looked([{ exitCode: 134, report: null }])).verdict).toBeNull();
    const failed = run(suite('a', 'failed'));
    for (const second of [
      { exitCode: 134, report: null },
      { ...run(suite('a', 'passed')), exitCode: 1 },
      run(),
    ])
      expect((await looked([failed, second])).verdict).toMatchObject({ exitCode: 1 });
  });

  it('fails a suite that the second look left out', async () => {
    const first = run(suite('a', 'failed'), suite('b', 'failed'));
    const { verdict } = await looked([first, run(suite('a', 'passed'))]);
    expect(verdict).toMatchObject({ exitCode: 1, passed: 1, failed: 1 });
  });

  it('names beforehand what is looked at again', async () => {
    const named: (readonly string[])[] = [];
    const onSecond = (suites: readonly string[]) => void named.push(suites);
    await looked([run(suite('a', 'failed')), run(suite('a', 'passed'))], { onSecond });
    expect(named).toEqual([['a']]);
  });
});
