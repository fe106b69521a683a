import { StartFault } from './start-fault.js';

/** Why a service's own port could not be had. */
export function listenFault(error: unknown, host: string, port: number): StartFault {
  return new StartFault([lineFor(error, host, port)]);
}

function lineFor(error: unknown, host: string, port: number): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'EADDRINUSE') return `POSTEL_PORT: the port ${port} on ${host} is taken`;
  if (code === 'EACCES') return `POSTEL_PORT: this user may not listen on port ${port}`;
  return `POSTEL_HOST: cannot listen on ${host}:${port} (${String(code || error)})`;
}
