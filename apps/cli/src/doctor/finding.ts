export type Verdict = 'ok' | 'warn' | 'fail' | 'skipped';

/** What one check found, and what to do about it. */
export interface Finding {
  readonly check: string;
  readonly verdict: Verdict;
  readonly detail: string;
  readonly advice?: string;
}

export function ok(check: string, detail: string): Finding {
  return { check, verdict: 'ok', detail };
}
export function warn(check: string, detail: string, advice: string): Finding {
  return { check, verdict: 'warn', detail, advice };
}
export function fail(check: string, detail: string, advice: string): Finding {
  return { check, verdict: 'fail', detail, advice };
}
export function skipped(check: string, detail: string): Finding {
  return { check, verdict: 'skipped', detail };
}

/** Whatever goes wrong in a check is what it found; the others go on. */
export async function guarded(
  check: string,
  work: () => Promise<readonly Finding[]>,
  patienceMs: number,
): Promise<readonly Finding[]> {
  let late: NodeJS.Timeout | undefined;
  const timeout = new Promise<readonly Finding[]>((resolve) => {
    late = setTimeout(
      () =>
        resolve([
          fail(check, `no answer within ${patienceMs / 1_000} s`, 'something holds it up: try again'),
        ]),
      patienceMs,
    );
  });
  try {
    return await Promise.race([work(), timeout]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [fail(check, reason.split('\n', 1)[0] ?? reason, 'this was not expected; please report it')];
  } finally {
    clearTimeout(late);
  }
}
