import type { Behaviour } from '../receive-requests/start-demo-receiver.js';

/** How the deliveries of a scene must end. */
export type Ending = 'delivered' | 'exhausted' | 'gone';

/** One endpoint of the demo: what it takes, how its receiver answers, and what must come of it. */
export interface Scene {
  readonly name: string;
  readonly ending: Ending;
  readonly behaviour: Behaviour;
  readonly events: string;
  /** Added to the run's own; null: all events of the filter, as an ordinary endpoint. */
  readonly channel: string | null;
  readonly timeoutMs: number;
  readonly retry: {
    readonly maxAttempts: number;
    readonly initialDelayMs: number;
    readonly maxDelayMs: number;
  };
}

const patient = { timeoutMs: 10_000, retry: { maxAttempts: 10, initialDelayMs: 200, maxDelayMs: 5_000 } };
const brief = { maxAttempts: 3, initialDelayMs: 200, maxDelayMs: 1_000 };

export const scenes: readonly Scene[] = [
  {
    name: 'GitHub, answers well',
    ending: 'delivered',
    behaviour: () => 200,
    events: 'github.*',
    channel: '',
    ...patient,
  },
  {
    name: 'orders, answers well',
    ending: 'delivered',
    behaviour: () => 204,
    events: 'order.*',
    // a plain NATS client knows no channels
    channel: null,
    ...patient,
  },
  {
    name: 'GitHub, 503 twice',
    ending: 'delivered',
    behaviour: (nthRequest) => (nthRequest <= 2 ? 503 : 200),
    events: 'github.*',
    channel: '',
    ...patient,
  },
  {
    name: 'always fails',
    ending: 'exhausted',
    behaviour: () => 500,
    events: 'github.*',
    channel: '-fails',
    timeoutMs: 10_000,
    retry: brief,
  },
  {
    name: 'answers 410',
    ending: 'gone',
    behaviour: () => 410,
    events: 'github.*',
    channel: '-gone',
    timeoutMs: 10_000,
    retry: brief,
  },
  {
    name: 'hangs',
    ending: 'exhausted',
    behaviour: () => 'hang',
    events: 'github.*',
    channel: '-hangs',
    timeoutMs: 1_000,
    retry: { ...brief, maxAttempts: 2 },
  },
];

export function channelOf(run: string, suffix: string): string {
  return `demo-${run}${suffix}`;
}

/** Of so many GitHub events at the end, which meet an endpoint that is already gone. */
export function lateCount(count: number): number {
  return Math.min(3, Math.floor(count / 8));
}

/** Every event carries the run's channel; every eighth one more, so that the bad endpoints get some. */
export function channelsOfNth(run: string, index: number, count: number): string[] {
  const suffixes: Record<number, string> = { 1: '-fails', 3: '-gone', 5: '-hangs' };
  const late = index >= count - lateCount(count);
  const suffix = late ? '-gone' : suffixes[index % 8];
  return [channelOf(run, ''), ...(suffix === undefined ? [] : [channelOf(run, suffix)])];
}

/** Whether an event of this run is for the endpoint of the scene, said without Postel. */
export function isFor(
  scene: Scene,
  run: string,
  event: { readonly type: string; readonly channels: readonly string[] },
): boolean {
  if (!event.type.startsWith(scene.events.slice(0, -1))) return false;
  return scene.channel === null || event.channels.includes(channelOf(run, scene.channel));
}
