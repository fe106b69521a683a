/** It has to be over within 25 s, on a busy machine too. */
const longestStopMs = 24_000;

/** Runs `stop` once, at the first signal, and ends the process; a second signal does not wait. */
export function stopOnSignal(stop: (signal: NodeJS.Signals) => Promise<void>): void {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    const late = setTimeout(() => process.exit(1), longestStopMs);
    late.unref();
    stop(signal).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
