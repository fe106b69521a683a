/**
 * Tells that something long is under way: one line that counts the seconds on a terminal, a line every ten
 * seconds elsewhere. Writes to stderr, for stdout belongs to the program that is run.
 *
 * @param {string} what  what is being done: `Installing packages`
 * @returns {{ done(outcome?: string): void, fail(): void }}
 */
export function progress(what) {
  const { stderr } = process;
  const startedMs = Date.now();
  const seconds = () => `${Math.round((Date.now() - startedMs) / 1000)} s`;
  const interactive = stderr.isTTY === true;
  if (!interactive) stderr.write(`${what} …\n`);
  const show = () =>
    stderr.write(interactive ? `\r\x1b[K${what} … ${seconds()}` : `${what} … ${seconds()}\n`);
  if (interactive) show();
  const timer = setInterval(show, interactive ? 1_000 : 10_000);
  timer.unref();
  const end = (line) => {
    clearInterval(timer);
    stderr.write(`${interactive ? '\r\x1b[K' : ''}${line}\n`);
  };
  return {
    done: (outcome = 'done') => end(`${what}: ${outcome} (${seconds()})`),
    fail: () => end(`${what}: failed (${seconds()})`),
  };
}
