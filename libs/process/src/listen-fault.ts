import { StartFault } from './start-fault.js';

interface ListenTarget {
  readonly host: string;
  readonly port: number;
  /** Which setting the port is of. */
  readonly variable: 'POSTEL_PORT' | 'POSTEL_METRICS_PORT';
}

/** Why a port could not be had. */
export function listenFault(error: unknown, target: ListenTarget): StartFault {
  return new StartFault([lineFor(error, target)]);
}

function lineFor(error: unknown, { host, port, variable }: ListenTarget): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'EADDRINUSE') return `${variable}: the port ${port} on ${host} is taken`;
  if (code === 'EACCES') return `${variable}: this user may not listen on port ${port}`;
  return `POSTEL_HOST: cannot listen on ${host}:${port} (${String(code || error)})`;
}
