import { expect, it } from '@jest/globals';
import { natsConfig } from './nats-config.js';

it('syncs every write, listens where it is told and quotes paths', () => {
  const text = natsConfig({
    host: '127.0.0.1',
    port: 4222,
    storeDir: '/da ta/store',
    pidFile: '/da ta/pid',
    extra: 'debug: true',
  });
  expect(text.split('\n')).toEqual(
    expect.arrayContaining([
      'listen: "127.0.0.1:4222"',
      'pid_file: "/da ta/pid"',
      '  store_dir: "/da ta/store"',
      '  sync_interval: always',
      'debug: true',
    ]),
  );
});
