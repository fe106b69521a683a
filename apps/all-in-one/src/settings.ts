import { logLevelSettings, readSettings, setting, type ReadSettings, type SettingsOf } from '@postel/config';
import { resolve } from 'node:path';
import { z } from 'zod';

const port = (fallback: number) =>
  z
    .string()
    .optional()
    .transform((value, context) => {
      const number = value === undefined ? fallback : Number(value);
      if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
      context.addIssue(`must be a port, not "${value}"`);
      return z.NEVER;
    });

const group = {
  dataDir: setting(
    'POSTEL_DATA_DIR',
    z
      .string()
      .prefault('.postel')
      .transform((value) => resolve(value)),
    {
      description: 'Where the embedded servers keep their data.',
      defaultText: '.postel',
    },
  ),
  natsPort: setting('POSTEL_NATS_PORT', port(4222), {
    description: 'The embedded nats-server.',
    defaultText: '4222',
  }),
  postgresPort: setting('POSTEL_POSTGRES_PORT', port(5433), {
    description: 'The embedded PostgreSQL.',
    defaultText: '5433',
  }),
  apiPort: setting('POSTEL_PORT', port(8080), { description: 'The API.', defaultText: '8080' }),
  metricsPort: setting('POSTEL_METRICS_PORT', port(9464), {
    description: 'The metrics.',
    defaultText: '9464',
  }),
  host: setting('POSTEL_HOST', z.string().prefault('127.0.0.1'), {
    description: 'The address of the API.',
    defaultText: '127.0.0.1',
  }),
  ...logLevelSettings,
} as const;

export type AllInOneSettings = SettingsOf<{ all: typeof group }>['all'];

/** Settings of `npm start` beside those of the services. */
export function readAllInOneSettings(
  env: Readonly<Record<string, string | undefined>>,
): ReadSettings<{ readonly all: AllInOneSettings }> {
  return readSettings(env, { all: group });
}
