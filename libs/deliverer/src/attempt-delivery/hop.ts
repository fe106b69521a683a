import {
  parsePinnedVersion,
  type AttemptError,
  type AttemptRecord,
  type DeferReason,
  type DeliveryFact,
  type DeliveryMeta,
  type EndpointState,
  type Lane,
  type RetryPolicy,
} from '@postel/contracts';
import {
  concludeAttempt,
  deferWithoutAttempt,
  outcomeForCircuit,
  type Admission,
  type AdmissionItem,
  type AttemptResult,
} from '@postel/domain';
import type { ConfigTables } from '@postel/jetstream';
import type { DeclaredVersions } from '@postel/payload-versions';
import type { Meters } from '@postel/telemetry';
import type { Circuits, LetThrough } from '../keep-circuits/circuits.js';
import { dieUnsent } from './die-unsent.js';
import type { LimitsOfEndpoints } from './endpoint-limits.js';
import type { ErasedEvents } from './erased-events.js';
import type { Lateness } from './lateness.js';
import { makeAttempt, type RequestParts } from './make-attempt.js';
import type { TracedHop } from './traced-hop.js';

/**
 * When the turn of a delivery comes is an estimate from the receiver and the limits as they are now. A receiver that
 * has recovered, or a limit that was raised, must not find its backlog due in a minute: when it is due earlier nothing
 * is lost, for the rooms let no more of it back than the endpoint can take. (What is put back to a receiver that still
 * hangs is deferred again; that is why it is not looked at as often.)
 */
const longestTurnMs = { busy: 2_000, rate_limited: 1_000 } as const;

export interface HopParts extends RequestParts {
  readonly tables: ConfigTables;
  readonly admission: Admission<Hop>;
  readonly limits: LimitsOfEndpoints;
  readonly circuits: Circuits;
  readonly versions: Pick<DeclaredVersions, 'bodyOf'>;
  readonly lateness: Pick<Lateness, 'isLate'>;
  readonly erased: Pick<ErasedEvents, 'has'>;
  readonly defaultRetry: RetryPolicy;
  readonly meters: Meters;
  readonly random: () => number;
  /** This process ends and breaks off what is open: that is no failure of the receivers. */
  readonly isBreakingOff: () => boolean;
}

export interface HopMessage {
  readonly meta: DeliveryMeta;
  readonly body: Uint8Array;
  readonly partition: number;
  /** On which it came; what has to wait comes back on the bulk lane only if it is bulk work. */
  readonly lane: Lane;
  /** Messages that stood behind it when it came. */
  readonly behind: number;
  readonly traced?: TracedHop | undefined;
}

/** How a hop ends in this process: by a fact, unfinished (another owner takes it), or by a fault of ours. */
export interface HopEnd {
  readonly concluded: (fact: DeliveryFact) => void;
  readonly handedBack: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * One passage of a delivery, from the message to the fact that ends it.
 *
 *   begin ──(event erased; endpoint gone, disabled, paused; circuit open)──▶ concluded without an attempt
 *     ├──(no place, or over its rate)──▶ concluded: deferred
 *     ├──(a place comes soon)──▶ queued ──▶ attempting
 *     ╰──▶ attempting ──▶ concluded by what the receiver did
 */
export class Hop implements AdmissionItem {
  readonly tenant: string;
  readonly endpointId: string;
  readonly partition: number;
  readonly isPutBack: boolean;
  readonly behind: number;
  private through: LetThrough | null = null;

  constructor(
    private readonly message: HopMessage,
    private readonly parts: HopParts,
    private readonly end: HopEnd,
  ) {
    this.tenant = message.meta.tenant;
    this.endpointId = message.meta.endpointId;
    this.partition = message.partition;
    this.isPutBack = message.meta.hop > 1;
    this.behind = message.behind;
  }

  begin(): void {
    const { admission, limits, nowMs } = this.parts;
    if (this.isPutBack) admission.arrived(this.endpointId);
    const endpoint = this.attemptable();
    if ('fact' in endpoint) return this.end.concluded(endpoint);
    const answer = admission.ask(this, limits.of(endpoint), nowMs());
    if (answer === 'start') this.attempt(endpoint);
    else if (answer !== 'queued') this.defer(answer.defer, answer.dueAtMs);
  }

  /** Called by the admission: its place is free. */
  start(): void {
    // while it waited the endpoint may have been paused, disabled or deleted, or its circuit opened
    const endpoint = this.attemptable();
    if (!('fact' in endpoint)) return this.attempt(endpoint);
    this.parts.admission.finished(this, null, this.parts.nowMs());
    this.end.concluded(endpoint);
  }

  /** Called by the admission: there is no place for it here. */
  defer(reason: 'busy' | 'rate_limited', dueAtMs: number): void {
    this.abandonProbe();
    this.end.concluded(this.deferral(reason, Math.min(dueAtMs, this.parts.nowMs() + longestTurnMs[reason])));
  }

  /** Its endpoint is gone while it waited: it never had a place. */
  endWithoutPlace(): void {
    const endpoint = this.attemptable();
    if ('fact' in endpoint) this.end.concluded(endpoint);
    else this.handBack();
  }

  /** It waited for a place in vain: another process owns the partition, or this one stops. */
  handBack(): void {
    this.abandonProbe();
    this.end.handedBack();
  }

  /** @returns the endpoint, or the fact that ends this without an attempt */
  private attemptable(): EndpointState | DeliveryFact {
    const { meta } = this.message;
    const nowMs = this.parts.nowMs();
    if (this.parts.erased.has(meta.eventSeq)) return this.died('event_erased', nowMs);
    const state = this.endpoint();
    if (!state) return this.died('endpoint_deleted', nowMs);
    if (state.status === 'disabled') return this.died('endpoint_disabled', nowMs);
    if (state.status === 'paused') return this.deferral('paused', nowMs);
    // what someone has asked for by hand tries, whatever the circuit says
    const isReopened = meta.reopenedAtMs !== undefined && meta.attemptsMade === meta.attemptsBeforeReopen;
    const isForced = isReopened || meta.isByHand === true;
    // one that waited for a place is asked again, but for the probe, which has the circuit's word
    if (this.through?.passage !== 'probe')
      this.through = this.parts.circuits.letThrough(meta.endpointId, isForced, nowMs);
    return this.through ? state : this.deferral('circuit_open', nowMs);
  }

  private attempt(endpoint: EndpointState): void {
    this.attemptAndConclude(endpoint).then(
      (fact) => (fact ? this.end.concluded(fact) : this.end.handedBack()),
      this.end.failed,
    );
  }

  /** @returns `null` when it was broken off, so that the next owner has to try */
  private async attemptAndConclude(endpoint: EndpointState): Promise<DeliveryFact | null> {
    const { admission, circuits, defaultRetry, meters, nowMs, versions } = this.parts;
    const { meta, traced } = this.message;
    const policy = endpoint.retry ?? defaultRetry;
    meters.deliveriesInFlight.inc();
    let durationMs: number | null = null;
    let isAnswered = false;
    try {
      // a version of a platform's own is made here: one that is slow or fails holds up its endpoint alone
      const made = parsePinnedVersion(meta.apiVersion)
        ? await versions.bodyOf(this.message.body, meta)
        : null;
      if (made && !made.ok) return this.poisoned(made.error);
      // as it is at this moment, as its headers are: while a version was made both may have changed
      const present = this.endpoint() ?? endpoint;
      const opened = this.parts.keys.of(present, nowMs());
      // not `await` alone: that would cost every attempt a turn
      const secrets = opened instanceof Promise ? await opened : opened;
      const input = { meta, body: made?.body ?? this.message.body, endpoint: present, policy, traced };
      const attempt = await makeAttempt(input, secrets, this.parts);
      if (attempt.error && this.parts.isBreakingOff()) {
        this.abandonProbe();
        return null;
      }
      durationMs = attempt.durationMs;
      const result: AttemptResult = attempt.error
        ? { errorCode: attempt.error.code }
        : { status: attempt.response?.status ?? 0 };
      const outcome = outcomeForCircuit(result);
      // a quick 404 is an answer too
      isAnswered = outcome !== 'failure';
      circuits.conclude(this, this.through as LetThrough, outcome, nowMs());
      return this.conclusion(attempt, policy);
    } catch (error) {
      this.abandonProbe();
      throw error;
    } finally {
      meters.deliveriesInFlight.dec();
      admission.finished(this, durationMs === null ? null : { durationMs, ok: isAnswered }, nowMs());
    }
  }

  /** What was changed while the attempt was under way has been applied to all that waits; this waits from now on. */
  private conclusion(attempt: Omit<AttemptRecord, 'outcome'>, policyBefore: RetryPolicy): DeliveryFact {
    const { defaultRetry, nowMs, random } = this.parts;
    const endpoint = this.endpoint();
    const fact = concludeAttempt({
      meta: this.message.meta,
      attempt,
      policy: endpoint ? (endpoint.retry ?? defaultRetry) : policyBefore,
      random: random(),
      nowMs: nowMs(),
      lane: this.message.lane === 'bulk' ? 'bulk' : 'retry',
    });
    if (fact.fact === 'delivery.succeeded' && this.parts.lateness.isLate(this.partition, nowMs())) {
      return { ...fact, late: true };
    }
    const isOver = !endpoint || endpoint.status === 'disabled';
    return isOver && fact.fact === 'delivery.deferred' ? { ...fact, dueAtMs: nowMs() } : fact;
  }

  private abandonProbe(): void {
    if (this.through) this.parts.circuits.abandon(this, this.through);
    this.through = null;
  }

  private endpoint(): EndpointState | null {
    const state = this.parts.tables.endpoint(this.endpointId)?.state;
    return state && state.tenant === this.tenant ? state : null;
  }

  private died(
    reason: 'event_erased' | 'endpoint_deleted' | 'endpoint_disabled',
    nowMs: number,
  ): DeliveryFact {
    this.abandonProbe();
    return dieUnsent(this.message.meta, reason, nowMs);
  }

  /** Its body cannot be made: it is a dead letter, until the type is mended and it is redriven. */
  private poisoned(lastError: AttemptError): DeliveryFact {
    this.abandonProbe();
    const last = { lastStatus: null, lastError };
    return dieUnsent(this.message.meta, 'poison', this.parts.nowMs(), last);
  }

  private deferral(reason: DeferReason, dueAtMs: number): DeliveryFact {
    if (reason !== 'circuit_open') this.abandonProbe();
    const lane = this.message.lane === 'bulk' ? 'bulk' : 'retry';
    return deferWithoutAttempt({ meta: this.message.meta, reason, dueAtMs, lane, nowMs: this.parts.nowMs() });
  }
}
