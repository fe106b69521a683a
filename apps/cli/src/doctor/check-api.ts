import type { Session } from '../login/session.js';
import { connectionFault } from '../fail/failure-of.js';
import { fail, ok, skipped, warn, type Finding } from './finding.js';
import { cliVersion } from '../version.js';
import { clockFinding } from './judge-clock.js';

export interface ApiTarget {
  readonly url: string;
  /** `null`: none is known. */
  readonly token: string | null;
  readonly tokenFrom: string;
}

const patienceMs = 5_000;

/** The API as its users meet it: there, ready, of this version, and knowing this token. */
export async function checkApi(target: ApiTarget, nowMs: () => number): Promise<readonly Finding[]> {
  const { url } = target;
  const askedMs = nowMs();
  let ready: Response;
  try {
    ready = await ask(`${url}/readyz`);
  } catch (error) {
    const reason = connectionFault(error) ?? (error instanceof Error ? error.message : String(error));
    return [
      fail(
        'API',
        `${url} does not answer: ${reason}`,
        'start ingest (or `npm start`), or give its address with --url',
      ),
    ];
  }
  const parts = await partsOf(ready);
  if (parts === null) {
    return [fail('API', `what answers at ${url} is not Postel (${ready.status})`, 'is the address right?')];
  }
  return [readiness(url, ready, parts), ...clock(ready, (askedMs + nowMs()) / 2), ...(await session(target))];
}

function ask(url: string, token?: string): Promise<Response> {
  return fetch(url, {
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
    signal: AbortSignal.timeout(patienceMs),
    redirect: 'manual',
  });
}

type Parts = Readonly<Record<string, string>>;

/** @returns `null` for the answer of somebody else */
async function partsOf(response: Response): Promise<Parts | null> {
  const body = (await response.json().catch(() => null)) as { readonly parts?: Parts } | null;
  return body?.parts ?? null;
}

function readiness(url: string, response: Response, parts: Parts): Finding {
  const bad = Object.entries(parts).filter(([, state]) => state !== 'ok');
  if (response.ok) return ok('API', `${url} is ready`);
  return fail(
    'API',
    `${url} is not ready: ${bad.map(([part]) => part).join(', ')}`,
    'see the checks of these below',
  );
}

function clock(response: Response, atMs: number): readonly Finding[] {
  const dateMs = Date.parse(response.headers.get('date') ?? '');
  // the header has whole seconds, cut off
  return Number.isNaN(dateMs) ? [] : [clockFinding('clock of the API', dateMs + 500 - atMs, 2_000)];
}

async function session({ url, token, tokenFrom }: ApiTarget): Promise<readonly Finding[]> {
  if (token === null) return [skipped('token', 'none is known: `postel login`, or POSTEL_TOKEN')];
  const response = await ask(`${url}/v1/session`, token);
  if (response.status === 401) {
    const advice =
      'it is another installation’s, or was revoked: all services must have the same POSTEL_ADMIN_TOKEN';
    return [fail('token', `wrong key: ${url} does not know the token of ${tokenFrom}`, advice)];
  }
  if (!response.ok)
    return [fail('token', `${url}/v1/session answered ${response.status}`, 'see the log of ingest')];
  const { kind, tenant, version } = (await response.json()) as Session;
  const whose =
    kind === 'admin' ? 'the operator' : `${kind === 'portal' ? 'a portal token' : 'an API key'} of ${tenant}`;
  return [
    ok('token', `of ${tokenFrom}, it is ${whose}`),
    version === cliVersion
      ? ok('version', `Postel ${version}, as this command line`)
      : warn('version', `Postel is ${version}, this command line ${cliVersion}`, `npx postel@${version}`),
  ];
}
