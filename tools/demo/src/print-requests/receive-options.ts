import { parseArgs } from 'node:util';

export interface ReceiveOptions {
  readonly port: number;
  /** Any of which may have signed; none: nothing is checked. */
  readonly secrets: readonly string[];
  /** Of failures when `failFirst` is given, else of every answer. */
  readonly status: number;
  /** So many attempts of each event fail, then all is well. */
  readonly failFirst: number | null;
  readonly delayMs: number;
}

export type ReadOptions =
  | { readonly kind: 'run'; readonly options: ReceiveOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string };

export const receiveHelp = `Receives webhooks on this machine, prints each, and says whether its signatures hold.

  npm run receive -- [options]

  --port 9000         where to listen, on 127.0.0.1
  --secret whsec_…    the endpoint's secret; several times when a rotation is under way
  --status 503        answer with this status instead of 200
  --fail-first N      fail the first N attempts of each event (503, or --status), then answer 200
  --delay MS          wait so long before answering
  --help              this text

Ctrl-C ends it.`;

export function readReceiveOptions(args: readonly string[]): ReadOptions {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (error) {
    return {
      kind: 'wrong',
      message: (error instanceof Error ? error.message : String(error)).split('. ')[0] ?? '',
    };
  }
  if (values.help) return { kind: 'help' };
  const faults: string[] = [];
  const number = (name: string, text: string | undefined, low: number, high: number): number | null => {
    if (text === undefined) return null;
    if (/^\d{1,9}$/.test(text) && Number(text) >= low && Number(text) <= high) return Number(text);
    faults.push(`--${name} wants a whole number from ${low} to ${high}, not "${text}"`);
    return null;
  };
  const port = number('port', values.port, 0, 65_535) ?? 9000;
  const failFirst = number('fail-first', values['fail-first'], 0, 1_000_000);
  const status = number('status', values.status, 200, 599) ?? (failFirst === null ? 200 : 503);
  const delayMs = number('delay', values.delay, 0, 600_000) ?? 0;
  const secrets = values.secret ?? [];
  if (!secrets.every(isSecret)) faults.push('--secret wants whsec_ followed by base64 of 24 to 64 bytes');
  if (faults.length > 0) return { kind: 'wrong', message: faults.join('; ') };
  return { kind: 'run', options: { port, secrets, status, failFirst, delayMs } };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  return parseArgs({
    args: [...args],
    allowPositionals: false,
    options: {
      port: text,
      secret: { ...text, multiple: true },
      status: text,
      'fail-first': text,
      delay: text,
      help: { type: 'boolean', short: 'h' },
    },
  }).values;
}

function isSecret(secret: string): boolean {
  if (!/^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret)) return false;
  const sizeBytes = Buffer.from(secret.slice('whsec_'.length), 'base64').byteLength;
  return sizeBytes >= 24 && sizeBytes <= 64;
}
