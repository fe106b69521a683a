import type { WorkerOptions } from 'node:worker_threads';

/** What one evaluation may take; beyond it the transform has failed, on every machine alike. */
export interface TransformLimits {
  /** Expressions evaluated, each call and each item counted. */
  readonly maxSteps: number;
  /** Calls in each other. */
  readonly maxDepth: number;
  /** Items that an expression may make. */
  readonly maxItems: number;
  readonly maxOutputBytes: number;
}

export interface TransformJob {
  readonly id: number;
  readonly transform: string;
  /** The event in the default version, as JSON text. */
  readonly event: string;
}

export type TransformResult =
  | { readonly ok: true; readonly body: string }
  | { readonly ok: false; readonly code: string; readonly message: string };

interface Expression {
  evaluate(input: unknown): Promise<unknown>;
  assign(name: string | symbol, value: unknown): void;
  registerFunction(name: string, implementation: (value: unknown) => unknown, signature: string): void;
  ast(): unknown;
}
type Jsonata = (text: string, options: object) => Expression;

interface RawJson {
  readonly rawJSON: string;
}
/** Node 21 and later (TC39, JSON.parse source text access). */
interface SourceJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): RawJson;
  isRawJSON(value: unknown): value is RawJson;
}

/**
 * What runs in the process: it passes on what its thread is asked and answers. It hears of the end of the process that
 * started it, and ends, however long the thread stands still. Signals are for that one, which may still have work for it.
 */
export function transformProcess(start: { readonly worker: string; readonly options: WorkerOptions }): void {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.on('disconnect', () => process.exit());
  const worker = new Worker(start.worker, start.options);
  worker.on('message', (message: object) => process.send?.(message));
  worker.on('error', () => process.exit(1));
  process.on('message', (job) => worker.postMessage(job));
}

/**
 * What runs in the thread of that process. Both are handed over as text, so they use nothing of this module: files of
 * their own would have to be found in TypeScript by the tests and in JavaScript by the services.
 *
 * What an event becomes must be the same at every attempt, so that there is no clock and no chance; and numbers that a
 * computer does not hold exactly go through as they were written, as long as nobody calculates with them.
 */
export function transformWorker(): void {
  const threads = process.getBuiltinModule('node:worker_threads');
  const { parentPort } = threads;
  const { createRequire } = process.getBuiltinModule('node:module');
  const { from, limits } = threads.workerData as { from: string; limits: TransformLimits };
  const jsonata = createRequire(from)('jsonata') as Jsonata;
  const json = JSON as unknown as SourceJson;
  const forbidden = new Set(['now', 'millis', 'random', 'shuffle', 'eval']);
  const compiled = new Map<string, Expression>();
  let steps = 0;

  class Failure extends Error {
    constructor(
      readonly code: string,
      message: string,
    ) {
      super(message);
    }
  }

  function expressionOf(transform: string): Expression {
    const known = compiled.get(transform);
    if (known) return known;
    const expression = jsonata(transform, { stack: limits.maxDepth, sequence: limits.maxItems });
    refuseForbidden(expression.ast());
    expression.assign(Symbol.for('jsonata.__evaluate_entry'), () => {
      if (++steps > limits.maxSteps) {
        throw new Failure('transform_too_long', `it takes more than ${limits.maxSteps} steps`);
      }
    });
    // ours keeps numbers as they were written
    expression.registerFunction('clone', clone, '<(oa)-:o>');
    if (compiled.size >= 200) compiled.clear();
    compiled.set(transform, expression);
    return expression;
  }

  function refuseForbidden(node: unknown): void {
    if (typeof node !== 'object' || node === null) return;
    const { type, value } = node as { type?: unknown; value?: unknown };
    if (type === 'variable' && typeof value === 'string' && forbidden.has(value)) {
      throw new Failure(
        'transform_not_allowed',
        `$${value} is not there: every attempt must send the same body`,
      );
    }
    for (const inner of Object.values(node)) refuseForbidden(inner);
  }

  function clone(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || json.isRawJSON(value)) return value;
    if (Array.isArray(value)) return value.map(clone);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, clone(inner)]));
  }

  /** The value of a number's text, the same for 1.0, 1 and 10e-1. */
  function exactly(text: string): string {
    const [, sign = '', whole = '', fraction = '', exponent = '0'] =
      /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
    const digits = `${whole}${fraction}`.replace(/^0+/, '');
    const significant = digits.replace(/0+$/, '');
    if (significant === '') return '0';
    return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
  }

  /** @param spellings how numbers were written, where it is not as we would write them; null where there are several */
  function parse(text: string, spellings: Map<number, string | null>): unknown {
    return json.parse(text, (_key, value, { source }) => {
      if (typeof value !== 'number' || source === undefined) return value;
      const plain = String(value);
      if (plain !== source && exactly(plain) !== exactly(source)) return json.rawJSON(source);
      const seen = spellings.get(value);
      spellings.set(value, seen === undefined || seen === source ? source : null);
      return value;
    });
  }

  function write(value: unknown, spellings: Map<number, string | null>): string {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || json.isRawJSON(value)) {
      throw new Failure('transform_no_object', 'it does not yield an object');
    }
    const text = JSON.stringify(value, (_key, inner: unknown) => {
      if (isFunction(inner)) throw new Failure('transform_no_object', 'it yields a function');
      const spelling = typeof inner === 'number' ? spellings.get(inner) : undefined;
      return typeof spelling === 'string' ? json.rawJSON(spelling) : inner;
    });
    const sizeBytes = Buffer.byteLength(text);
    if (sizeBytes > limits.maxOutputBytes) {
      throw new Failure('transform_too_large', `it yields more than ${limits.maxOutputBytes} bytes`);
    }
    return text;
  }

  function isFunction(value: unknown): boolean {
    if (typeof value === 'function') return true;
    return (
      typeof value === 'object' &&
      value !== null &&
      ('_jsonata_lambda' in value || '_jsonata_function' in value)
    );
  }

  function failureOf(error: unknown): TransformResult {
    if (error instanceof Failure) return { ok: false, code: error.code, message: error.message };
    const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
    const text = typeof message === 'string' ? message : 'it cannot be evaluated';
    return {
      ok: false,
      code: 'transform_failed',
      message: `${text}${typeof code === 'string' ? ` (${code})` : ''}`,
    };
  }

  async function run({ transform, event }: TransformJob): Promise<TransformResult> {
    try {
      steps = 0;
      const expression = expressionOf(transform);
      const spellings = new Map<number, string | null>();
      const result = await expression.evaluate(parse(event, spellings));
      return { ok: true, body: write(result, spellings) };
    } catch (error) {
      return failureOf(error);
    }
  }

  parentPort?.on('message', (job: TransformJob) => {
    void run(job).then((result) => parentPort.postMessage({ id: job.id, result }));
  });
  parentPort?.postMessage('ready');
}
