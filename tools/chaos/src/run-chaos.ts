import { faults } from './inject-faults/faults.js';
import type { Fault } from './inject-faults/fault.js';
import type { ChaosOptions } from './options.js';
import { playFault } from './play-fault/play-fault.js';
import { complaintLine } from './show-report/print-report.js';
import { describeMachine } from './show-report/machine.js';
import { isGood, type ChaosReport, type FaultResult } from './show-report/report.js';
import { CannotHere } from './start-stack/broker-disk.js';

export interface Running {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Plays the faults one after the other. One that fails does not keep the others from being played; a signal ends the
 * run, and what was played stays in the report.
 */
export async function runChaos(options: ChaosOptions, running: Running): Promise<ChaosReport> {
  const results: FaultResult[] = [];
  for (const fault of faults.filter(({ name }) => options.only.includes(name))) {
    const result = await playOne(fault, options, running);
    if (running.signal.aborted) break;
    results.push(result);
    running.say(`${fault.name}: ${wordOn(result)}`);
    if (result.kind === 'played')
      for (const complaint of result.complaints) running.say(complaintLine(complaint));
  }
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    seed: options.seed,
    results,
  };
}

async function playOne(fault: Fault, options: ChaosOptions, { say, signal }: Running): Promise<FaultResult> {
  const { name } = fault;
  say(`${name}: starting nats-server, PostgreSQL and the services`);
  try {
    const { verdict, drainMs, disturbances } = await playFault(fault, {
      seed: options.seed,
      loadMs: options.seconds * 1_000,
      quick: options.quick,
      perSecond: options.rate,
      say: (line) => say(`${name}: ${line}`),
      signal,
    });
    return { kind: 'played', fault: name, ...verdict, drainMs, disturbances };
  } catch (error) {
    if (error instanceof CannotHere) return { kind: 'skipped', fault: name, reason: error.message };
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { kind: 'failed', fault: name, reason };
  }
}

function wordOn(result: FaultResult): string {
  if (result.kind !== 'played') return `${result.kind}: ${result.reason}`;
  const { delivered, lost, duplicates } = result.figures;
  return `${isGood(result) ? 'ok' : 'NOT OK'}, ${delivered} delivered, ${lost} lost, ${duplicates} duplicates`;
}
