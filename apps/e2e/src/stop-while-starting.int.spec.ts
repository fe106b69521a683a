import { expect, it } from '@jest/globals';
import { freePorts } from '@postel/embedded-servers';
import { waitUntil } from '@postel/testing';
import { startChild } from './harness/child-process.js';

// the first process of a container is not ended by a signal that it does not listen to
it('listens to SIGTERM while it waits for its broker', async () => {
  const [nobody = 0, api = 0, metrics = 0] = await freePorts(3);
  const service = await startChild({
    name: 'dispatcher',
    app: 'dispatcher',
    env: {
      NATS_URL: `nats://127.0.0.1:${nobody}`,
      POSTEL_ADMIN_TOKEN: 'a'.repeat(32),
      POSTEL_JWT_SECRET: 'b'.repeat(44),
      POSTEL_HOST: '127.0.0.1',
      POSTEL_PORT: String(api),
      POSTEL_METRICS_PORT: String(metrics),
    },
  });
  try {
    const answers = () =>
      fetch(`http://127.0.0.1:${metrics}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      );
    await waitUntil(answers, { timeoutMs: 30_000 });
    service.signal('SIGTERM');
    expect(await service.exited).toEqual({ code: 0, signal: null });
    expect(service.output()).toContain('"msg":"stopping"');
  } finally {
    await service.kill();
  }
}, 60_000);
