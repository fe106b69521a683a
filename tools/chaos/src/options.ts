import { parseArgs } from 'node:util';
import { faults } from './inject-faults/faults.js';

export interface ChaosOptions {
  /** Names of faults, in the order of the table. */
  readonly only: readonly string[];
  readonly seed: number;
  readonly seconds: number;
  /** Events a second. */
  readonly rate: number;
  readonly quick: boolean;
  readonly json: boolean;
}

const nameWidth = Math.max(...faults.map(({ name }) => name.length));

export const usage = `Breaks a fleet on purpose while events are published, and checks that nothing is lost.

  npm run chaos -- [options]

  --only A,B      these faults alone
  --seed N        repeats a run: events, delays, and when what is killed (1)
  --seconds N     of events, for each fault (20; with --quick 8)
  --rate N        events a second (150)
  --quick         shorter: to see that it works
  --json          the report as JSON
  --help

${faults.map(({ name, about }) => `  ${name.padEnd(nameWidth)}  ${about}`).join('\n')}

Exit code 1: something is lost, or a check fails.`;

/** @returns what is wrong, or `null` for --help, instead of options */
export function parseOptions(argv: readonly string[]): ChaosOptions | { readonly fault: string } | null {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        only: { type: 'string' },
        seed: { type: 'string', default: '1' },
        seconds: { type: 'string' },
        rate: { type: 'string', default: '150' },
        quick: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return null;
    const { quick, json } = values;
    const wanted = values.only?.split(',').map((name) => name.trim()) ?? faults.map(({ name }) => name);
    const unknown = wanted.find((name) => !faults.some((fault) => fault.name === name));
    if (unknown !== undefined) return { fault: `there is no fault "${unknown}"` };
    return {
      only: faults.map(({ name }) => name).filter((name) => wanted.includes(name)),
      seed: wholeNumber('seed', values.seed, 0, 2 ** 31),
      seconds: wholeNumber('seconds', values.seconds ?? (quick ? '8' : '20'), 3, 3_600),
      rate: wholeNumber('rate', values.rate, 1, 2_000),
      quick,
      json,
    };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

/** @throws RangeError in a word */
function wholeNumber(name: string, text: string, low: number, high: number): number {
  if (/^\d{1,10}$/.test(text) && Number(text) >= low && Number(text) <= high) return Number(text);
  throw new RangeError(`--${name} is a whole number from ${low} to ${high}, not "${text}"`);
}
