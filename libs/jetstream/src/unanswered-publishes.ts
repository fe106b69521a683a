import type { StreamName } from '@postel/contracts';

interface Unanswered {
  readonly count: number;
  readonly lastSentAtMs: number;
  readonly lastAtMs: number;
  /** Since when nobody was there to answer; `null`: somebody was. */
  readonly nobodySinceMs: number | null;
}

/** A healthy stream may take longer than what is asked for less. */
const patientMs = 5_000;
/** One alone may be of a broker that was busy. */
const enough = 2;
/** What was longer ago says nothing of now. */
const rememberedMs = 60_000;
/** An election is over sooner. */
const electionMs = 10_000;

const ours: readonly (readonly [string, StreamName])[] = [
  ['postel.log.', 'LOG'],
  ['postel.config.', 'CONFIG'],
  ['postel.idempotency.', 'IDEMPOTENCY'],
  ['postel.ops.', 'EVENTS'],
  ['postel.', 'DELIVERIES'],
];

/**
 * Streams of which publishes are not answered in time, or by nobody, since one was stored. A stream of nats-server 2.15.1
 * that could not write to its disk says nothing to any publish, also when there is room again, until the server is
 * restarted; all else that it is asked it answers. One whose servers are away has nobody.
 */
export class UnansweredPublishes {
  private readonly streams = new Map<StreamName, Unanswered>();

  constructor(private readonly nowMs: () => number = Date.now) {}

  stored(subject: string): void {
    if (this.streams.size > 0) this.streams.delete(streamOf(subject));
  }

  /** @param afterMs so long it was waited for the answer */
  timedOut(subject: string, afterMs: number): void {
    if (subject.startsWith('$') || afterMs < patientMs) return;
    const stream = streamOf(subject);
    const count = (this.streams.get(stream)?.count ?? 0) + 1;
    const lastAtMs = this.nowMs();
    this.streams.set(stream, { count, lastAtMs, lastSentAtMs: lastAtMs - afterMs, nobodySinceMs: null });
  }

  /** The broker knows nobody who takes it: its stream has no leader, or no stream takes such a subject. */
  nobodyTookIt(subject: string): void {
    if (subject.startsWith('$')) return;
    const stream = streamOf(subject);
    const nowMs = this.nowMs();
    const known = this.streams.get(stream);
    const nobodySinceMs = known?.nobodySinceMs ?? nowMs;
    const count = nowMs - nobodySinceMs >= electionMs ? enough : (known?.count ?? 0);
    this.streams.set(stream, { count, lastAtMs: nowMs, lastSentAtMs: nowMs, nobodySinceMs });
  }

  /** It is another server, or another start of it. */
  clear(): void {
    this.streams.clear();
  }

  /** It is known from elsewhere that it stores, or that it is not there. */
  forget(stream: StreamName): void {
    this.streams.delete(stream);
  }

  /**
   * Which streams seem to store nothing: a slow disk, or an election, looks the same.
   * @param answeringSinceMs since when the broker has answered all else: one that hangs stores nothing either
   */
  silent(answeringSinceMs: number): readonly StreamName[] {
    const sinceMs = this.nowMs() - rememberedMs;
    return [...this.streams].flatMap(([stream, { count, lastAtMs, lastSentAtMs }]) =>
      count >= enough && lastAtMs >= sinceMs && lastSentAtMs >= answeringSinceMs ? [stream] : [],
    );
  }
}

function streamOf(subject: string): StreamName {
  return ours.find(([prefix]) => subject.startsWith(prefix))?.[1] ?? 'EVENTS';
}
