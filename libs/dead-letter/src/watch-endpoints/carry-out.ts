import type { EndpointState } from '@postel/contracts';
import {
  decideEndpoint,
  isStillToBeDisabled,
  type AlertEffect,
  type AlertState,
  type OperatorNews,
} from '@postel/domain';
import { changeConfig } from '@postel/jetstream';
import type { DeadLetterParts } from '../parts.js';
import type { TellOperator } from '../tell-operator/tell-operator.js';
import type { WatchedEndpoints } from './watched-endpoints.js';

type Disabling = Extract<AlertEffect, { kind: 'disable' }>;

export interface CarryOutParts extends Pick<
  DeadLetterParts,
  'failpoints' | 'logger' | 'meters' | 'nowMs' | 'tables' | 'writer'
> {
  readonly endpoints: WatchedEndpoints;
  readonly operator: TellOperator;
}

/** One effect that was decided, as the table has it. */
export interface DecidedEffect {
  readonly id: number;
  readonly endpointId: string;
  readonly tenant: string;
  readonly effect: AlertEffect;
  /** What is known of the endpoint by now; `null`: nothing any more. */
  readonly state: AlertState | null;
}

/**
 * Does what was decided. Safe to repeat: an endpoint is disabled once, and what the operator is told has the same id each
 * time.
 */
export class CarryOut {
  constructor(private readonly parts: CarryOutParts) {}

  /** Of one endpoint in their order, of different ones together. @returns which are done; the rest is to be done again */
  async carryOutAll(
    decided: readonly DecidedEffect[],
  ): Promise<{ readonly done: readonly number[]; readonly failure: PromiseRejectedResult | undefined }> {
    const done: number[] = [];
    const byEndpoint = Map.groupBy(decided, ({ endpointId }) => endpointId);
    const results = await Promise.allSettled(
      [...byEndpoint.values()].map(async (effects) => {
        for (const effect of effects) {
          await this.carryOut(effect);
          done.push(effect.id);
        }
      }),
    );
    return { done, failure: results.find((result) => result.status === 'rejected') };
  }

  private async carryOut(decided: DecidedEffect): Promise<void> {
    const { endpoints, failpoints, logger, meters, operator } = this.parts;
    await failpoints.hit('alerts.before-effect');
    const { endpointId, tenant, effect } = decided;
    const endpoint = endpoints.find(endpointId, tenant)?.endpoint;
    if (!endpoint) return;
    const news = effect.kind === 'disable' ? await this.disable(decided, effect) : effect;
    if (!news) return;
    await operator.tell([{ news, endpoint }]);
    meters.alerts.inc({ kind: news.kind });
    logger.warn({ tenant, endpointId, alert: news.kind }, 'alert');
    await failpoints.hit('alerts.after-effect');
  }

  /** @returns `null` when there is no more reason to: something succeeded, or somebody has changed the endpoint */
  private async disable(decided: DecidedEffect, effect: Disabling): Promise<OperatorNews | null> {
    const { tables, writer, endpoints, nowMs } = this.parts;
    const { endpointId, tenant, state: known } = decided;
    const isStillToBe = (): boolean => {
      const watched = endpoints.find(endpointId, tenant);
      return watched !== null && known !== null && isStillToBeDisabled(known, effect.atMs, watched.context);
    };
    const result = await changeConfig({
      tables,
      writer,
      kind: 'endpoint',
      tenant,
      id: endpointId,
      decide: (state) =>
        state && isStillToBe()
          ? decideEndpoint(
              { kind: 'disable', reason: 'too_many_failures', actor: 'postel', nowMs: nowMs() },
              state,
            )
          : { ok: true, facts: [] },
    });
    if (!result.ok) throw new Error(`endpoint ${endpointId} could not be disabled: ${result.refusal.code}`);
    if (!isDisabledByUs(result.state)) return null;
    const { atMs, sinceMs, deadLetters } = effect;
    return { kind: 'disabled', reason: 'too_many_failures', atMs, sinceMs, deadLetters };
  }
}

/** Also when that was done before a crash, and is done again now. */
function isDisabledByUs(state: EndpointState | null): boolean {
  return state?.status === 'disabled' && state.disabledReason === 'too_many_failures';
}
