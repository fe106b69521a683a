import { setTimeout as delay } from 'node:timers/promises';
import { streamNames, type StreamName } from '@postel/contracts';
import type { ConfigTables } from './config-tables.js';
import type { Broker } from './connect-broker.js';
import { ensureTopology } from './ensure-topology.js';

export interface KeepStreamsOptions {
  readonly broker: Broker;
  readonly tables: Pick<ConfigTables, 'firstWords' | 'sequence'>;
  readonly replicas: number;
  /** One line and which of them, for each loss. */
  readonly onMissing: (line: string, streams: readonly StreamName[]) => void;
  /** CONFIG is another than this process works by: it must start anew. Told once. */
  readonly onOtherConfig: () => void;
  readonly everyMs?: number;
}

const defaultEveryMs = 2_000;

/**
 * Looks whether the streams are there, as long as a service runs: a broker may come back without its disk, and streams
 * are deleted by mistake (ADR 51).
 *
 *   all there ──one is missing──▶ missing (not ready) ──made again──▶ all there
 *       │                            ╰──CONFIG too──▶ missing, and nothing is made, until CONFIG was restored
 *       ╰──CONFIG is another──▶ told: over
 */
export class KeepStreams {
  /** Which streams are not there, as it was when they were last looked for. */
  missing: readonly StreamName[] = [];
  private readonly stopped = new AbortController();
  /** When CONFIG was made, by the broker's clock. */
  private configCreated: string | null = null;
  private told = '';

  constructor(private readonly options: KeepStreamsOptions) {}

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
      // a broker that cannot say is told of elsewhere
      if (this.options.broker.isConnected()) await this.look().catch(() => undefined);
      await delay(this.options.everyMs ?? defaultEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async look(): Promise<void> {
    const there = new Set<string>();
    for await (const name of this.options.broker.jsm.streams.names()) there.add(name);
    if (this.stopped.signal.aborted) return;
    this.missing = Object.values(streamNames).filter((name) => !there.has(name));
    if (this.missing.includes('CONFIG')) return this.tell('nothing is made again without CONFIG');
    if (await this.isOtherConfig()) {
      this.stopped.abort();
      return this.options.onOtherConfig();
    }
    if (this.missing.length === 0) return void (this.told = '');
    this.tell('they are made again, without what they held');
    await this.remake();
  }

  private tell(what: string): void {
    const said = `${this.missing.join()} ${what}`;
    if (said === this.told) return;
    this.told = said;
    this.options.onMissing(`streams are missing: ${what}`, this.missing);
  }

  private async remake(): Promise<void> {
    const { broker, replicas, tables } = this.options;
    await ensureTopology(broker, { replicas, firstWords: tables.firstWords(), patienceMs: 0 });
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
