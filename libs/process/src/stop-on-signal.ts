/** It has to be over within 25 s, on a busy machine too. */
const longestStopMs = 24_000;

/**
 * Runs `stop` once, at the first signal, and ends the process; a second signal does not wait.
 * @returns what stops the process in the same way without a signal, as a failure (exit code 1)
 */
export function stopOnSignal(
  stop: (signal: NodeJS.Signals) => Promise<void>,
): (stop: () => Promise<void>) => void {
  let stopping = false;
  const end = (stopped: () => Promise<void>, code: number) => {
    if (stopping) return;
    stopping = true;
    const late = setTimeout(() => process.exit(1), longestStopMs);
    late.unref();
    stopped().then(
      () => process.exit(code),
      () => process.exit(1),
    );
  };
  const onSignal = (signal: NodeJS.Signals) => end(() => stop(signal), 0);
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return (stopped) => end(stopped, 1);
}
