import { projectionFilters } from '@postel/contracts';
import { settle, type AlertEffect, type AlertState } from '@postel/domain';
import {
  firstSequenceSince,
  positionedFacts,
  runProjection,
  type IncomingMessage,
  type PositionLease,
} from '@postel/jetstream';
import type { EndpointAlert, NewAlertEffect, Transaction } from '@postel/postgres';
import { LastingTrouble } from '@postel/telemetry';
import { setTimeout as delay } from 'node:timers/promises';
import type { DeadLetterParts } from '../parts.js';
import { TellOperator, type EndpointNews } from '../tell-operator/tell-operator.js';
import { CarryOut } from './carry-out.js';
import { isToRead, judgeFacts, watchedFacts, type WatchedFact } from './judge-facts.js';
import { WatchedEndpoints } from './watched-endpoints.js';

const lookEveryMs = 500;
/** The broker's clock may be another. */
const startSlackMs = 60_000;
/** A success may stand in the log right behind the failures that it refutes. */
const restedMs = 1_000;
const settleEveryMs = 30_000;
const effectsAtOnce = 100;
const endpointsAtOnce = 500;
const forgottenAtOnce = 5_000;
/** Of an endpoint of which nothing was heard for so long nothing is known any more. */
const forgetAfterMs = 30 * 86_400_000;

/**
 * Watches the endpoints for those that fail, by what the log tells, one process at a time.
 *
 *   LOG ──dead letters, and the successes after failures──▶ states and effects, in one transaction with the position
 *                                                             ╰──▶ done one by one, and only then removed
 */
export class WatchEndpoints {
  private readonly stopped = new AbortController();
  private running: Promise<unknown> = Promise.resolve();
  private lease: PositionLease<Transaction> | null = null;
  private nextSettleAtMs = 0;
  private readonly startedAtMs: number;
  private readonly endpoints: WatchedEndpoints;
  private readonly operator: TellOperator;
  private readonly carryOut: CarryOut;

  constructor(private readonly parts: DeadLetterParts) {
    this.startedAtMs = parts.nowMs();
    // the first of a series that was not there is no increase, and no alert sees it
    for (const kind of ['failing', 'disabled', 'recovered']) parts.meters.alerts.inc({ kind }, 0);
    this.endpoints = new WatchedEndpoints(parts.tables, parts.alertThresholds);
    this.operator = new TellOperator(parts);
    this.carryOut = new CarryOut({ ...parts, endpoints: this.endpoints, operator: this.operator });
  }

  start(): void {
    this.running = Promise.all([this.follow(), this.workForEver()]);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private follow(): Promise<void> {
    const { broker, database, logger } = this.parts;
    return runProjection<Transaction>(broker, {
      name: 'alerts',
      stream: 'LOG',
      filters: projectionFilters.alerts,
      store: { acquire: (name) => database().projections.acquire(name) },
      onLease: (lease) => this.hold(lease),
      prepare: (batch) => ({ write: (tx) => this.apply(tx, batch) }),
      signal: this.stopped.signal,
      onTrouble: (message, error) => logger.warn({ err: error }, message),
    });
  }

  /** Of an installation that never had alerts, what its log tells is old: it begins with what came since it started. */
  private async hold(lease: PositionLease<Transaction> | null): Promise<void> {
    this.lease = null;
    this.nextSettleAtMs = 0;
    this.parts.meters.endpointsFailing.set(0);
    if (!lease) return;
    if ((await lease.position()) === 0) {
      const { broker } = this.parts;
      const { state } = await broker.jsm.streams.info('LOG');
      const first = await firstSequenceSince(broker, 'LOG', this.startedAtMs - startSlackMs);
      // the first fact of a log is a fan-out: none that matters is passed over
      await lease.apply(Math.max(1, first === null ? state.last_seq : first - 1), () => Promise.resolve());
    }
    this.lease = lease;
  }

  private async apply(tx: Transaction, batch: readonly IncomingMessage[]): Promise<void> {
    const { deletedTenants } = this.parts.tables;
    const facts = watchedFacts(positionedFacts(batch.filter(isToRead))).filter(
      ({ tenant, acceptedAtMs }) => !deletedTenants.isErased(tenant, acceptedAtMs),
    );
    // before the position moves, so that none is left out
    await this.operator.tell(this.deathsToTell(facts));
    const { alerts } = this.parts.database();
    const ids = [...new Set(facts.map(({ endpointId }) => endpointId))];
    const known = statesOf(await alerts.load(tx, ids));
    const judgement = judgeFacts(facts, known, (id, tenant) => this.endpoints.find(id, tenant));
    await alerts.save(tx, judgement.alerts, judgement.effects);
  }

  private deathsToTell(facts: readonly WatchedFact[]): EndpointNews[] {
    return facts.flatMap((fact) => {
      const watched = fact.fact === 'delivery.died' && this.endpoints.find(fact.endpointId, fact.tenant);
      if (!watched) return [];
      return [{ news: { kind: 'dead', atMs: fact.atMs, fact }, endpoint: watched.endpoint }];
    });
  }

  private async workForEver(): Promise<void> {
    const { logger, nowMs } = this.parts;
    const trouble = new LastingTrouble(nowMs);
    const { signal } = this.stopped;
    while (!signal.aborted) {
      try {
        if (this.lease) await this.work(this.lease);
        trouble.passed();
      } catch (error) {
        // the lease may be gone, and the broker or the database away: all of it is done again
        if (trouble.again()) logger.warn({ err: error }, 'alerts are not carried out for now');
      }
      await delay(lookEveryMs, undefined, { signal }).catch(() => undefined); // stopped: no need to wait
    }
  }

  private async work(lease: PositionLease<Transaction>): Promise<void> {
    await this.carryOutAll(lease);
    if (this.parts.nowMs() < this.nextSettleAtMs) return;
    this.nextSettleAtMs = this.parts.nowMs() + settleEveryMs;
    await this.settleAll(lease);
  }

  private async carryOutAll(lease: PositionLease<Transaction>): Promise<void> {
    const { alerts } = this.parts.database();
    for (let more = true; more && !this.stopped.signal.aborted;) {
      const { pending, states } = await lease.transact(async (tx) => {
        const rows = await alerts.pendingEffects(tx, restedMs, effectsAtOnce);
        const known = await alerts.load(tx, [...new Set(rows.map(({ endpointId }) => endpointId))]);
        return { pending: rows, states: statesOf(known) };
      });
      const { done, failure } = await this.carryOut.carryOutAll(
        pending.map((row) => ({
          ...row,
          effect: row.effect as AlertEffect,
          state: states.get(row.endpointId) ?? null,
        })),
      );
      await lease.transact((tx) => alerts.removeEffects(tx, done));
      if (failure) throw failure.reason;
      more = pending.length === effectsAtOnce;
    }
  }

  private async settleAll(lease: PositionLease<Transaction>): Promise<void> {
    const { meters, nowMs } = this.parts;
    const { alerts } = this.parts.database();
    for (let after = ''; ;) {
      const page = await lease.transact(async (tx) => {
        const failing = await alerts.loadFailing(tx, after, endpointsAtOnce);
        await this.settlePage(tx, failing);
        return failing;
      });
      const last = page.at(-1);
      if (!last || page.length < endpointsAtOnce || this.stopped.signal.aborted) break;
      after = last.endpointId;
    }
    await lease.transact((tx) => alerts.forgetQuiet(tx, nowMs() - forgetAfterMs, forgottenAtOnce));
    const failing = await lease.transact((tx) => alerts.countFailing(tx));
    // another may hold the lease by now
    if (this.lease === lease) meters.endpointsFailing.set(failing);
  }

  /** An endpoint that is gone or disabled is not failing any more; enabled again, its first success is told of. */
  private async settlePage(tx: Transaction, page: readonly EndpointAlert[]): Promise<void> {
    const gone: string[] = [];
    const changed: EndpointAlert[] = [];
    const effects: NewAlertEffect[] = [];
    for (const alert of page) {
      const { endpointId, tenant } = alert;
      const watched = this.endpoints.find(endpointId, tenant);
      if (!watched) {
        gone.push(endpointId);
        continue;
      }
      if (watched.context.isDisabled) {
        changed.push({ ...alert, failing: false });
        continue;
      }
      const before = alert.state as AlertState;
      const step = settle(before, this.parts.nowMs(), watched.context);
      if (step.state === before) continue;
      changed.push({ ...alert, state: step.state, failing: step.state.warned !== null });
      effects.push(...step.effects.map((effect) => ({ endpointId, tenant, effect })));
    }
    const { alerts } = this.parts.database();
    await alerts.remove(tx, gone);
    await alerts.save(tx, changed, effects);
  }
}

function statesOf(alerts: readonly EndpointAlert[]): ReadonlyMap<string, AlertState> {
  return new Map(alerts.map(({ endpointId, state }) => [endpointId, state as AlertState]));
}
