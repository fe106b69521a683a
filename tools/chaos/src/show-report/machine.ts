import { cpus, totalmem } from 'node:os';

/** Figures mean little without the machine they were seen on. */
export function describeMachine(): string {
  const processors = cpus();
  const memoryGiB = Math.round(totalmem() / 1_024 ** 3);
  const model = processors[0]?.model.trim() ?? 'unknown CPU';
  return `${processors.length} cores, ${model}, ${memoryGiB} GiB, ${process.platform}; Node ${process.versions.node}`;
}
