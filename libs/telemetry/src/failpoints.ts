import { setTimeout as delay } from 'node:timers/promises';

/** Places between two steps where a crash must cost nothing but a repetition. */
export const failpointNames = [
  /** The receiver has answered, and the outcome is not published yet. */
  'deliverer.after-post',
  /** The outcome is stored, and the delivery is not acknowledged yet. */
  'deliverer.after-outcome',
  /** The fan-out fact is stored, and its deliveries are not published yet. */
  'dispatcher.after-fact',
  /** The deliveries are published, and the event is not acknowledged yet. */
  'dispatcher.after-deliveries',
  /** What was due is published, and its rows are not removed yet. */
  'scheduler.after-publish',
  /** An alert is decided and stored, and nothing of it is done yet. */
  'alerts.before-effect',
  /** The operator is told, and the effect is not removed yet. */
  'alerts.after-effect',
] as const;
export type FailpointName = (typeof failpointNames)[number];

export type FailpointAction = { readonly kind: 'exit' } | { readonly kind: 'pause'; readonly ms: number };

export interface Failpoint {
  readonly name: FailpointName;
  readonly action: FailpointAction;
  /** 0 to 1, at each hit. */
  readonly probability: number;
}

export type ReadFailpoints =
  | { readonly ok: true; readonly failpoints: readonly Failpoint[] }
  | { readonly ok: false; readonly faults: readonly string[] };

/** Reads `name=action` or `name=action@probability`, comma-separated; an action is `exit` or `pause:ms`. */
export function readFailpoints(text: string): ReadFailpoints {
  const failpoints: Failpoint[] = [];
  const faults: string[] = [];
  for (const item of text.split(',').map((part) => part.trim())) {
    if (item === '') continue;
    const read = readOne(item);
    if (typeof read === 'string') faults.push(`"${item}": ${read}`);
    else failpoints.push(read);
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, failpoints };
}

function readOne(item: string): Failpoint | string {
  const [, wanted, actionText, probabilityText] = /^([^=]+)=([^@]+)(?:@(.+))?$/.exec(item) ?? [];
  const name = failpointNames.find((known) => known === wanted);
  if (!name) return `the names are ${failpointNames.join(', ')}`;
  const action = readAction(actionText ?? '');
  if (!action) return 'the actions are exit and pause:ms';
  const probability = probabilityText === undefined ? 1 : Number(probabilityText);
  if (!(probability > 0 && probability <= 1)) return 'a probability is above 0 and at most 1';
  return { name, action, probability };
}

function readAction(text: string): FailpointAction | null {
  if (text === 'exit') return { kind: 'exit' };
  const ms = /^pause:(\d{1,6})$/.exec(text)?.[1];
  return ms === undefined ? null : { kind: 'pause', ms: Number(ms) };
}

/** What a failpoint may do to its process; tests put another in its place. */
export interface FailpointEffects {
  random(): number;
  exit(): void;
  pause(ms: number): Promise<void>;
}

const realEffects: FailpointEffects = {
  random: Math.random,
  // as abruptly as an operator's kill -9: no exit handler runs, nothing is flushed
  exit: () => void process.kill(process.pid, 'SIGKILL'),
  pause: (ms) => delay(ms),
};

export class Failpoints {
  private readonly byName: ReadonlyMap<FailpointName, Failpoint>;

  constructor(
    failpoints: readonly Failpoint[],
    private readonly effects: FailpointEffects = realEffects,
  ) {
    this.byName = new Map(failpoints.map((failpoint) => [failpoint.name, failpoint]));
  }

  /** @returns what to wait for; nothing where nothing is wanted, which costs one look into an empty map */
  hit(name: FailpointName): void | Promise<void> {
    const failpoint = this.byName.get(name);
    if (!failpoint || this.effects.random() >= failpoint.probability) return;
    if (failpoint.action.kind === 'pause') return this.effects.pause(failpoint.action.ms);
    this.effects.exit();
    // whatever comes after must not happen, however long the signal takes
    return new Promise(() => undefined);
  }
}

/**
 * Those of this process, from `POSTEL_FAILPOINTS`. For tests only (docs/explanation/fault-injection.md).
 * @throws at import, when the variable cannot be understood: a fault that silently does not happen proves nothing
 */
export const failpoints = failpointsOf(process.env['POSTEL_FAILPOINTS'] ?? '');

function failpointsOf(text: string): Failpoints {
  const read = readFailpoints(text);
  if (!read.ok) throw new Error(`POSTEL_FAILPOINTS: ${read.faults.join('; ')}`);
  return new Failpoints(read.failpoints);
}
