import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Places {
  readonly apiUrl: string;
  /** Of an embedded server; `null`: it is somebody else's. */
  readonly natsUrl: string | null;
  readonly databaseUrl: string | null;
}

/**
 * Notes where everything is, by the variables that say so, for the command line: in another terminal it has not the
 * environment that this was started with, and would take the token to whoever has the usual port.
 */
export function keepPorts(dataDir: string, { apiUrl, natsUrl, databaseUrl }: Places): void {
  const ports = {
    POSTEL_PORT: portOf(apiUrl),
    ...(natsUrl === null ? {} : { POSTEL_NATS_PORT: portOf(natsUrl) }),
    ...(databaseUrl === null ? {} : { POSTEL_POSTGRES_PORT: portOf(databaseUrl) }),
  };
  const file = join(dataDir, 'ports.json');
  writeFileSync(`${file}.new`, JSON.stringify(ports, null, 2));
  renameSync(`${file}.new`, file);
}

function portOf(url: string): string {
  return new URL(url).port;
}
