import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { freePort, startNatsServer } from '@postel/embedded-servers';
import { CleanUpAfterUs, locateTestNatsServer, tempDir } from '@postel/testing';
import { RestartableServer } from './restartable-server.js';

/** Threads are looked at in /proc; the power is cut on Linux only. */
const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('a broker that is held still', () => {
  const watch = new CleanUpAfterUs();
  const directory = tempDir('held-still');
  let server: RestartableServer;
  let client: NatsConnection;

  beforeEach(async () => {
    const binary = await locateTestNatsServer();
    const port = await freePort();
    const start = () => startNatsServer({ binary, dataDir: directory.path, port });
    server = await RestartableServer.start({ what: 'nats', process: 'nats-1', watch, start });
    client = await connect({ servers: server.url });
  });

  afterEach(async () => {
    await client.close();
    await server.end();
    watch.callOff();
    directory.remove();
  });

  it('answers nothing that is asked from then on, however busy it was', async () => {
    let isOver = false;
    const ask = async () => {
      while (!isOver) await client.flush();
    };
    const asking = Array.from({ length: 8 }, ask);
    for (let count = 0; count < 100; count += 1) await client.flush();
    await server.holdStill();
    const another = client.flush().then(() => 'answered');
    const forAWhile = new Promise((resolve) => setTimeout(resolve, 200, 'silent'));
    expect(await Promise.race([another, forAWhile])).toBe('silent');
    // of which the checker knows as of a power cut, and not twice
    expect(server.disturbances).toEqual([]);
    isOver = true;
    server.thaw();
    await Promise.all([...asking, another]);
  });
});
