import {
  listenSettings,
  readSettings,
  setting,
  wholeNumber,
  type ReadSettings,
  type SettingsOf,
} from '@postel/config';
import { resolve } from 'node:path';
import { z } from 'zod';

type Env = Readonly<Record<string, string | undefined>>;

const group = {
  dataDir: setting(
    'POSTEL_DATA_DIR',
    z
      .string()
      .trim()
      .min(1, { error: 'must not be blank' })
      .prefault('.postel')
      .transform((value) => resolve(value)),
    {
      description: 'Where the embedded servers keep their data.',
      defaultText: '.postel',
    },
  ),
  natsPort: setting('POSTEL_NATS_PORT', wholeNumber(4222, 0, 65_535), {
    description: 'The embedded nats-server.',
    defaultText: '4222',
  }),
  postgresPort: setting('POSTEL_POSTGRES_PORT', wholeNumber(5433, 0, 65_535), {
    description: 'The embedded PostgreSQL.',
    defaultText: '5433',
  }),
  ...listenSettings({ port: 8080, metricsPort: 9464, host: '127.0.0.1' }),
} as const;

export type AllInOneSettings = SettingsOf<{ all: typeof group }>['all'];

/** Settings of `npm start` beside those of the services. */
export function readAllInOneSettings(env: Env): ReadSettings<{ readonly all: AllInOneSettings }> {
  return readSettings(env, { all: group });
}

/** What is not the same here as in a service of its own, where it was not given. */
const ofNpmStart: Env = {
  POSTEL_ALLOW_CIDRS: '127.0.0.0/8,::1/128',
  POSTEL_ALLOW_HTTP: 'true',
  // nobody balances between this one and another
  POSTEL_STOP_GRACE_SECONDS: '0',
};

/** An empty variable counts as absent, as everywhere; of networks alone it says that there are none (contract). */
export function withDefaultsOfNpmStart(env: Env): Env {
  const given = Object.entries(env).filter(([name, value]) => value !== '' || name === 'POSTEL_ALLOW_CIDRS');
  return { ...ofNpmStart, ...Object.fromEntries(given) };
}
