import { setTimeout as delay } from 'node:timers/promises';
import { streamNames, type StreamName } from '@postel/contracts';
import type { ConfigTables } from './config-tables.js';
import type { Broker } from './connect-broker.js';
import { ensureTopology } from './ensure-topology.js';
import { isBrokerUnavailable } from './publish-error.js';
import { takesChanges } from './takes-changes.js';

export interface KeepStreamsOptions {
  readonly broker: Broker;
  readonly tables: Pick<ConfigTables, 'firstWords' | 'sequence'>;
  readonly replicas: number;
  /** One line, and of which streams. */
  readonly onTrouble: (line: string, streams: readonly StreamName[]) => void;
  /** A stream stores nothing: told at each look, for as long as that lasts. */
  readonly onSilent?: () => void;
  /** CONFIG is another than this process works by: it must start anew. Told once. */
  readonly onOtherConfig: () => void;
  readonly everyMs?: number;
  /** So long a server that answers may be without JetStream before another is tried (10 s): an election takes a few seconds. */
  readonly patienceMs?: number;
}

const defaultEveryMs = 2_000;
const defaultPatienceMs = 10_000;
const answersWithinMs = 2_000;

/**
 * Looks whether the streams are there, as long as a service runs: a broker may come back without its disk, and streams
 * are deleted by mistake (ADR 51).
 *
 *   all there ──one is missing──▶ missing (not ready) ──made again──▶ all there
 *       │                            ╰──CONFIG too──▶ missing, and nothing is made, until CONFIG was restored
 *       │──the server answers, its JetStream does not──▶ cut off (not ready), another server is tried ──one answers──▶ all there
 *       │──publishes to one are not answered, nor does it take a change──▶ silent (not ready) ──it takes one──▶ all there
 *       ╰──CONFIG is another──▶ told: over
 */
export class KeepStreams {
  private missing: readonly StreamName[] = [];
  private silent: readonly StreamName[] = [];
  private readonly stopped = new AbortController();
  /** When CONFIG was made, by the broker's clock. */
  private configCreated: string | null = null;
  private timesOther = 0;
  private answeringSinceMs = Infinity;
  private answeredAtMs = Date.now();
  private timesUnanswered = 0;
  private cutOff = false;
  private told = '';

  constructor(private readonly options: KeepStreamsOptions) {}

  /** Which streams are not there, or store nothing, as it was when they were last looked at. */
  get down(): readonly StreamName[] {
    return [...new Set([...this.missing, ...this.silent])];
  }

  /** Whether the server has long been without JetStream: it has lost the others of its cluster, or they have no leader. */
  get isCutOff(): boolean {
    return this.cutOff;
  }

  start(): void {
    void this.lookForEver();
  }

  /** What it has asked a broker that hangs is waited for by nobody. */
  stop(): void {
    this.stopped.abort();
  }

  private async lookForEver(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      await this.lookWhileAnswering();
      await delay(this.options.everyMs ?? defaultEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** A broker that says nothing at all is told of elsewhere. */
  private async lookWhileAnswering(): Promise<void> {
    const startedAtMs = Date.now();
    try {
      if (!this.options.broker.isConnected()) throw new Error('there is no connection to the broker');
      this.options.broker.forbidden.askAgain(this.options.broker.nc);
      const isOurs = await this.look();
      this.answeredAtMs = Date.now();
      this.timesUnanswered = 0;
      this.cutOff = false;
      const isSoon = this.answeredAtMs - startedAtMs <= answersWithinMs;
      this.answeringSinceMs = isSoon ? Math.min(this.answeringSinceMs, startedAtMs) : Infinity;
      if (!isOurs) return;
      this.silent = await this.silentNow();
      if (this.stopped.signal.aborted) return;
      await this.tellAndRemake();
    } catch (error) {
      this.answeringSinceMs = Infinity;
      if (isBrokerUnavailable(error)) await this.leaveWhenCutOff();
    }
  }

  /** The others may go on without it, and who stays with it would wait for as long as that lasts. */
  private async leaveWhenCutOff(): Promise<void> {
    const { broker, patienceMs = defaultPatienceMs } = this.options;
    const sinceMs = Math.max(this.answeredAtMs, broker.connectedAtMs());
    this.timesUnanswered += 1;
    // one question may have gone to a leader that is cut off, and only the next one to its successor
    if (this.timesUnanswered === 1 || Date.now() - sinceMs < patienceMs) return;
    if (this.stopped.signal.aborted) return;
    if (!(await broker.leaveServer())) return;
    this.cutOff = true;
    this.tell('NATS answers, and its JetStream does not: another server is tried, where there is one', []);
  }

  /** @returns whether the streams are those that this process works by, so that something can be done for them */
  private async look(): Promise<boolean> {
    const there = new Set<string>();
    for await (const name of this.options.broker.jsm.streams.names()) there.add(name);
    if (this.stopped.signal.aborted) return false;
    this.missing = Object.values(streamNames).filter((name) => !there.has(name));
    if (this.missing.includes('CONFIG')) {
      this.tell('streams are missing: nothing is made again without CONFIG', this.missing);
      return false;
    }
    this.timesOther = (await this.isOtherConfig()) ? this.timesOther + 1 : 0;
    // a leader that is none any more may have answered the first time
    if (this.timesOther > 1) {
      this.stopped.abort();
      this.options.onOtherConfig();
    }
    return this.timesOther === 0;
  }

  /** Who is not ready is sent nothing to publish: the streams that were silent are asked themselves whether they still are. */
  private async silentNow(): Promise<readonly StreamName[]> {
    const { broker } = this.options;
    const suspects = new Set([...this.silent, ...broker.unanswered.silent(this.answeringSinceMs)]);
    const asked = [...suspects].map(async (name) => {
      if (!this.missing.includes(name) && !(await takesChanges(broker, name))) return [name];
      broker.unanswered.forget(name);
      return [];
    });
    return (await Promise.all(asked)).flat();
  }

  private async tellAndRemake(): Promise<void> {
    if (this.silent.length > 0) this.options.onSilent?.();
    if (this.missing.length > 0) {
      this.tell('streams are missing: they are made again, without what they held', this.missing);
      await this.remake();
    } else if (this.silent.length > 0) {
      this.tell(
        'streams store nothing: do their servers run? after a full disk they have to be restarted',
        this.silent,
      );
    } else this.told = '';
  }

  private tell(line: string, streams: readonly StreamName[]): void {
    const said = `${streams.join()} ${line}`;
    if (said === this.told) return;
    this.told = said;
    this.options.onTrouble(line, streams);
  }

  private async remake(): Promise<void> {
    const { broker, replicas, tables } = this.options;
    await ensureTopology(broker, { replicas, firstWords: tables.firstWords().keys(), patienceMs: 0 });
    this.missing = [];
  }

  private async isOtherConfig(): Promise<boolean> {
    const { broker, tables } = this.options;
    // before the broker is asked: the tables know nothing that it did not have then
    const known = tables.sequence;
    const { created, state } = await broker.jsm.streams.info('CONFIG');
    this.configCreated ??= String(created);
    return this.configCreated !== String(created) || state.last_seq < known;
  }
}
