import { writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';

/**
 * Loaded into a service by `--import`: records a CPU profile of exactly the phase that is asked for. `--cpu-prof` would
 * record the start and every other phase too.
 */
export type ProfilerRequest =
  { readonly profiler: 'start' } | { readonly profiler: 'stop'; readonly file: string };
export interface ProfilerReply {
  readonly fault: string | null;
}

/** V8’s own default; four times as often costs a tenth of a core even when idle. */
const samplingIntervalMicros = 1_000;
const session = new Session();
session.connect();

process.on('message', (request: ProfilerRequest) => {
  const reply = (fault: string | null) => process.send?.({ fault } satisfies ProfilerReply);
  const work = request.profiler === 'start' ? start() : stop(request.file);
  work.then(
    () => reply(null),
    (error: unknown) => reply(String(error)),
  );
});

async function start(): Promise<void> {
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: samplingIntervalMicros });
  await session.post('Profiler.start');
}

async function stop(file: string): Promise<void> {
  const { profile } = await session.post('Profiler.stop');
  await writeFile(file, JSON.stringify(profile));
}
