/**
 * For HEALTHCHECK: 0 when the service in this container is ready, 1 when it is not or does not answer in time. The image
 * has no curl, and needs none.
 */
const port = process.env.POSTEL_METRICS_PORT || '9464';
const limitMs = 3_000;

try {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(limitMs) });
  // kept by the engine as the check's output: it names the part that is down
  process.stdout.write((await response.text()).slice(0, 1_000));
  process.exitCode = response.status === 200 ? 0 : 1;
} catch (error) {
  process.stdout.write(`no answer on port ${port}: ${error.cause?.code ?? error.name}`);
  process.exitCode = 1;
}
