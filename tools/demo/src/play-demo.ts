import { createClient, type PostelClient } from '@postel/client';
import { randomBytes } from 'node:crypto';
import { awaitEnd, type Verdict } from './check-figures/await-end.js';
import { collectEvidence, type PlayedScene, type RunSoFar } from './check-figures/collect-evidence.js';
import type { DemoOptions } from './demo-options.js';
import { createEndpoint, removeEndpointsOf, removeLeftovers } from './manage-endpoints/demo-endpoints.js';
import { channelsOfNth, lateCount, scenes } from './manage-endpoints/scenes.js';
import { untilGone } from './manage-endpoints/until-gone.js';
import { startDemoReceiver } from './receive-requests/start-demo-receiver.js';
import { githubEvents } from './send-events/github-events.js';
import { orderEvents } from './send-events/order-events.js';
import type { OutgoingEvent } from './send-events/outgoing-event.js';
import { httpDoor } from './send-events/send-over-http.js';
import { openNatsDoor } from './send-events/send-over-nats.js';
import { interleave } from './send-events/send-paced.js';
import { Sending } from './send-events/sending.js';
import { describeProgress } from './show-figures/describe-progress.js';
import type { ProgressLine } from './show-figures/progress-line.js';
import { joinOrStart } from './start-stack/join-or-start.js';

export interface PlayedDemo extends Verdict {
  readonly run: string;
  readonly sending: Sending;
}

interface Stage {
  readonly run: string;
  readonly options: DemoOptions;
  readonly signal: AbortSignal;
  readonly progress: ProgressLine;
  /** By which Postel reaches the receivers, when it is not on this machine. */
  readonly receiverHost: string | null;
  /** Its calls end when the demo is interrupted. */
  readonly api: PostelClient;
  /** Its calls are single tries: the demo itself sends again what was not acknowledged. */
  readonly door: PostelClient;
  /** Its calls do not: what was begun at Postel must be known, and removed. */
  readonly steadyApi: PostelClient;
  /** What was set up last is taken down first. */
  readonly takeDown: (() => Promise<unknown>)[];
}

/** An outage of Postel is waited for: the client waits longer each time. */
const retriesOfAMinute = 8;

export interface PlayDemoOptions {
  readonly options: DemoOptions;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly progress: ProgressLine;
}

/** The whole demo; whatever happens, nothing of it stays behind. @throws {DemoFault} */
export async function playDemo({ options, env, signal, progress }: PlayDemoOptions): Promise<PlayedDemo> {
  const takeDown: Stage['takeDown'] = [];
  try {
    const stack = await joinOrStart({ env, signal, say: (line) => progress.say(line) });
    takeDown.push(() => stack.stop());
    const run = randomBytes(4).toString('hex');
    const { url, token } = stack;
    const api = createClient({ url, token, signal, retries: retriesOfAMinute });
    const door = createClient({ url, token, signal, retries: 0, timeoutMs: 10_000 });
    const steadyApi = createClient({ url, token });
    const receiverHost = env['POSTEL_DEMO_RECEIVER_HOST'] || null;
    const stage: Stage = { run, options, signal, progress, receiverHost, api, door, steadyApi, takeDown };
    return await play(stage, stack.natsUrl);
  } finally {
    for (let next = takeDown.pop(); next; next = takeDown.pop()) await next();
  }
}

async function play(stage: Stage, natsUrl: string): Promise<PlayedDemo> {
  const { run, options, signal, api, steadyApi, progress, takeDown } = stage;
  const removed = await removeLeftovers(steadyApi);
  if (removed > 0) progress.say(`Removed ${removed} endpoints that an earlier demo left.`);
  const nats = await openNatsDoor(natsUrl);
  takeDown.push(() => nats.close());
  const { early, late } = eventsOf(run, options);
  const startedAtMs = Date.now();
  const played = await setUpScenes(stage, [...early, ...late]);
  const doors = { http: httpDoor(stage.door), nats: nats.send };
  const sending = new Sending(early.length + late.length, doors, { rate: options.rate, signal });
  const lateIds = new Set(late.map(({ id }) => id));
  const soFar = (): RunSoFar => {
    const { accepted, wanted: sent } = sending;
    return { run, startedAtMs, sent, accepted, late: lateIds, played };
  };
  let latest: Verdict | null = null;
  const show = () => progress.update(describeProgress(sending, played, latest, Date.now() - startedAtMs));
  const ticking = setInterval(show, 100);
  takeDown.push(() => Promise.resolve(clearInterval(ticking)));
  await sending.send(early);
  if (late.length > 0) await untilGone(api, played, signal);
  await sending.send(late);
  const verdict = await awaitEnd({
    collect: () => collectEvidence(api, soFar()),
    deadlineAtMs: Date.now() + options.waitMs,
    signal,
    onLook: (verdict) => void (latest = verdict),
  });
  return { run, sending, ...verdict };
}

function eventsOf(run: string, options: DemoOptions): { early: OutgoingEvent[]; late: OutgoingEvent[] } {
  const channelsOf = (index: number, count: number) => channelsOfNth(run, index, count);
  const github = githubEvents({ run, count: options.github, channelsOf });
  const early = github.length - lateCount(github.length);
  return {
    early: interleave(github.slice(0, early), orderEvents(run, options.orders)),
    late: github.slice(early),
  };
}

async function setUpScenes(stage: Stage, events: readonly OutgoingEvent[]): Promise<PlayedScene[]> {
  const { run, options, signal, receiverHost: host, steadyApi, progress, takeDown } = stage;
  const objectTexts = new Map(events.map(({ id, objectText }) => [id, objectText]));
  const played: PlayedScene[] = [];
  const receivers: PlayedScene['receiver'][] = [];
  takeDown.push(() => Promise.all(receivers.map((receiver) => receiver.close())));
  if (!options.keep) takeDown.push(() => removeEndpoints(stage));
  for (const scene of scenes) {
    signal.throwIfAborted();
    const secret = `whsec_${randomBytes(32).toString('base64')}`;
    const objectTextOf = (id: string) => objectTexts.get(id);
    const receiver = await startDemoReceiver({ host, secret, behaviour: scene.behaviour, objectTextOf });
    receivers.push(receiver);
    const endpointId = await createEndpoint(steadyApi, { run, scene, url: receiver.url, secret });
    played.push({ scene, endpointId, receiver });
  }
  const github = events.filter(({ door }) => door === 'http').length;
  progress.say(
    `${played.length} receivers; sending ${github} GitHub events through HTTP and ${events.length - github} order events through NATS (run ${run}).`,
  );
  return played;
}

async function removeEndpoints({ steadyApi, run, progress }: Stage): Promise<void> {
  const left = await removeEndpointsOf(steadyApi, run).catch(() => null);
  if (left === 0) return;
  const which = left === null ? 'The endpoints of this run' : `${left} endpoints of this run`;
  progress.say(`${which} could not be removed; the next demo does it.`);
}
