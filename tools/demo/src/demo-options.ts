import { parseArgs } from 'node:util';

export interface DemoOptions {
  /** Order events through NATS. */
  readonly orders: number;
  /** GitHub events through HTTP; null: all examples. */
  readonly github: number | null;
  /** Events a second, both doors together. */
  readonly rate: number;
  /** After the last event, until every delivery has ended. */
  readonly waitMs: number;
  readonly json: boolean;
  readonly keep: boolean;
}

export type ReadDemoOptions =
  | { readonly kind: 'run'; readonly options: DemoOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string };

export const demoHelp = `Sends real events through Postel to receivers that answer well and badly, and checks that every figure adds up.

  npm run demo -- [options]

  --events N     order events through NATS (500)
  --github N     GitHub events through HTTP, or "all" (all)
  --rate N       events a second (100)
  --wait S       seconds after the last event until every delivery must have ended (120)
  --json         the figures as JSON on stdout, everything else on stderr
  --keep         leave the endpoints; the next demo removes them
  --help         this text

Joins the Postel at POSTEL_URL, or on POSTEL_PORT of this machine; starts one when none runs there.
POSTEL_DEMO_RECEIVER_HOST is the name by which a Postel elsewhere reaches this machine; the receivers then listen on
all addresses.
Exit code 1: a figure does not add up.`;

export function readDemoOptions(args: readonly string[]): ReadDemoOptions {
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
  const number = (name: string, text: string, low: number, high: number): number => {
    if (/^\d{1,9}$/.test(text) && Number(text) >= low && Number(text) <= high) return Number(text);
    faults.push(`--${name} wants a whole number from ${low} to ${high}, not "${text}"`);
    return low;
  };
  const orders = number('events', values.events, 0, 100_000);
  const github = values.github === 'all' ? null : number('github', values.github, 0, 100_000);
  const rate = number('rate', values.rate, 1, 100_000);
  const waitMs = number('wait', values.wait, 1, 3_600) * 1_000;
  if (faults.length === 0 && orders === 0 && github === 0) faults.push('there is nothing to send');
  if (faults.length > 0) return { kind: 'wrong', message: faults.join('; ') };
  return { kind: 'run', options: { orders, github, rate, waitMs, json: values.json, keep: values.keep } };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: false,
    options: {
      events: { type: 'string', default: '500' },
      github: { type: 'string', default: 'all' },
      rate: { type: 'string', default: '100' },
      wait: { type: 'string', default: '120' },
      json: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;
}
