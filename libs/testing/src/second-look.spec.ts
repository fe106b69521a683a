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
  readonly skipped: readonly { suite: string; tests: number }[];
  readonly onlyAlone: readonly { suite: string; failures: readonly { test: string; message: string }[] }[];
}
type LookTwice = (
  jest: (args: readonly string[]) => Promise<Run>,
  options?: { isOff?: boolean; onSecond?: (suites: readonly string[]) => void },
) => Promise<Verdict | null>;

/** tools/newcomer is plain JavaScript outside the workspaces, for it runs before anything is installed. */
let lookTwice: LookTwice;
let lastLine: (verdict: Verdict) => string;
beforeAll(async () => {
  const newcomer = async (file: string): Promise<unknown> =>
    import(new URL(`../../../tools/newcomer/${file}`, import.meta.url).href);
  ({ lookTwice } = (await newcomer('second-look.mjs')) as { lookTwice: LookTwice });
  ({ lastLine } = (await newcomer('last-line.mjs')) as { lastLine: typeof lastLine });
});

const message =
  'Error: \u001b[2mexpect(\u001b[22mreceived\u001b[2m)\u001b[22m\n\nExpected: 1\nReceived: 0\n    at here (a.ts:1:1)';

type Status = 'passed' | 'failed' | 'pending' | 'todo';

function suite(name: string, ...tests: readonly Status[]): Suite {
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
  it('is not taken where nothing failed', async () => {
    const { told, verdict } = await looked([run(suite('a', 'passed', 'pending'), suite('b', 'passed'))]);
    expect(told).toEqual([[]]);
    const skipped = [{ suite: 'a', tests: 1 }];
    expect(verdict).toEqual({ exitCode: 0, passed: 2, failed: 0, skipped, onlyAlone: [] });
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
      skipped: [],
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

  it('says of which suites tests were left out, those looked at again too', async () => {
    const { verdict } = await looked([
      run(suite('a', 'pending', 'pending'), suite('b', 'failed', 'pending'), suite('c', 'passed', 'todo')),
      run(suite('b', 'passed', 'pending')),
    ]);
    expect(verdict).toMatchObject({ exitCode: 0, passed: 2, failed: 0 });
    const counts = [2, 1, 1].map((tests, index) => ({ suite: 'abc'[index], tests }));
    expect(verdict?.skipped).toEqual(counts);
  });

  it('names beforehand what is looked at again', async () => {
    const named: (readonly string[])[] = [];
    const onSecond = (suites: readonly string[]) => void named.push(suites);
    await looked([run(suite('a', 'failed')), run(suite('a', 'passed'))], { onSecond });
    expect(named).toEqual([['a']]);
  });
});

describe('the last line of npm test', () => {
  const lineOf = async (...runs: readonly Run[]) => lastLine((await looked(runs)).verdict as Verdict);

  it('says how many tests did not run, none too', async () => {
    expect(await lineOf(run(suite('a', 'passed', 'passed')))).toBe('2 passed, 0 failed');
    expect(await lineOf(run(suite('a', 'passed'), suite('b', 'pending', 'pending')))).toBe(
      '1 passed, 0 failed (2 skipped)',
    );
  });

  it('begins as ever where some passed only at the second look', async () => {
    const line = await lineOf(run(suite('a', 'failed', 'pending')), run(suite('a', 'passed', 'pending')));
    expect(line).toBe('1 passed, 0 failed (1 skipped; 1 passed only alone, at the second look)');
  });
});
