import { pino, type Logger } from 'pino';
import { redactFields, redactText } from './redact.js';

export type { Logger };

/** Levels by the name of a service, of a component, or of both as `service.component`; the narrowest holds. */
export type LogLevels = Readonly<Record<string, string>>;

export interface LoggerOptions {
  /** Instead of standard output. */
  readonly file?: string;
  readonly levels?: LogLevels;
}

/** What a component's logger needs of the one it comes from; pino's children inherit it. */
const origin = Symbol('origin');

interface Origin {
  readonly service: string;
  readonly level: string;
  readonly levels: LogLevels;
}

/**
 * JSON lines, on standard output unless a file is named. Secrets are never written, wherever they stand in a line.
 * @param level pino's level names, or `silent`
 */
export function createLogger(
  service: string,
  level: string,
  { file, levels = {} }: LoggerOptions = {},
): Logger {
  const destination =
    file === undefined
      ? pino.destination({ dest: 1, sync: true })
      : pino.destination({ dest: file, mkdir: true, sync: true });
  const from: Origin = { service, level, levels };
  const withStacks = ['debug', 'trace'].includes(levelOf(from));
  const logger = pino(
    {
      level: levelOf(from),
      base: {},
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label: string) => ({ level: label }),
        log: (fields) => redactFields(fields, withStacks),
      },
      // errors were made plain with all other fields
      serializers: { err: (error: unknown) => error },
      hooks: { logMethod: redactMessage },
    },
    destination,
  );
  return withPlainChildren(Object.assign(logger.child({ service }), { [origin]: from }));
}

/**
 * The logger of one part of a service: its lines say so, and its level can be set apart.
 * @param component one of those that POSTEL_LOG_LEVELS knows
 */
export function componentLogger(logger: Logger, component: string): Logger {
  const from = (logger as { readonly [origin]?: Origin })[origin];
  if (!from) return logger.child({ component });
  return logger.child({ component }, { level: levelOf(from, component) });
}

function levelOf({ service, level, levels }: Origin, component?: string): string {
  const narrow =
    component === undefined ? undefined : (levels[`${service}.${component}`] ?? levels[component]);
  return narrow ?? levels[service] ?? level;
}

/** pino gives up its formatter of fields with the first child: so all that come of this one are given clean fields. */
function withPlainChildren(logger: Logger): Logger {
  const inherited = Object.getPrototypeOf(logger) as { child: (fields: object, options?: object) => Logger };
  return Object.assign(logger, {
    child(this: Logger, fields: pino.Bindings, options?: object): Logger {
      return inherited.child.call(this, redactFields(fields, false), options);
    },
  });
}

/** The words themselves; an error given without any becomes one field and its message, both made plain. */
function redactMessage(this: Logger, args: Parameters<pino.LogFn>, method: pino.LogFn): void {
  const given = args as unknown[];
  const [first, ...rest] = given;
  const words = (value: unknown) => (typeof value === 'string' ? redactText(value) : value);
  if (first instanceof Error && rest.length === 0) {
    Reflect.apply(method, this, [{ err: first }, redactText(first.message)]);
  } else Reflect.apply(method, this, [words(first), ...rest.map(words)]);
}
