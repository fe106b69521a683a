import { parseArgs } from 'node:util';
import { parsePhases, phaseNames, type PhaseName } from './phase-names.js';

export interface BenchOptions {
  readonly quick: boolean;
  readonly json: boolean;
  readonly profile: boolean;
  /** The five services as processes of their own, instead of the all-in-one. */
  readonly processes: boolean;
  /** Of the end-to-end phase. */
  readonly events: number;
  readonly door: 'nats' | 'http';
  /** Those to run, in their order. */
  readonly phases: readonly PhaseName[];
}

export const usage = `npm run bench -- [options]

  --quick         a tenth of everything: to see that it works, not to quote
  --only NAMES    these phases alone, comma-separated:
                  ${phaseNames.slice(0, 6).join(', ')},
                  ${phaseNames.slice(6).join(', ')}
                  (queries takes some 10 GB of disk and many minutes)
  --events N      events of the end-to-end phase (20000; with --quick 3000)
  --door NAME     where they are published: nats (default) or http, in batches either way
  --processes     the five services as separate processes, instead of the all-in-one
                  (memory and project always run them so)
  --profile       a CPU profile of each of our processes during end-to-end and ten-endpoints (of metrics during project)
  --json          the report as JSON
  --help`;

const maxEvents = 1_000_000;

/** @returns what is wrong, or `null` for --help, instead of options */
export function parseOptions(argv: readonly string[]): BenchOptions | { readonly fault: string } | null {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        quick: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        profile: { type: 'boolean', default: false },
        processes: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        events: { type: 'string' },
        only: { type: 'string' },
        door: { type: 'string', default: 'nats' },
      },
    });
    const { quick, json, profile, processes, door } = values;
    if (values.help) return null;
    const events = values.events === undefined ? (quick ? 3_000 : 20_000) : Number(values.events);
    if (!Number.isInteger(events) || events < 1 || events > maxEvents) {
      return { fault: `--events is a whole number from 1 to ${maxEvents}, not "${values.events}"` };
    }
    if (door !== 'nats' && door !== 'http') return { fault: `--door is nats or http, not "${door}"` };
    const phases = values.only === undefined ? phaseNames : parsePhases(values.only);
    if ('fault' in phases) return phases;
    return { quick, json, profile, processes, events, door, phases };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}
