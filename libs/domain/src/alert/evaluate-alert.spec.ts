import { describe, expect, it } from '@jest/globals';
import { defaultAlertThresholds } from '@postel/contracts';
import { initialAlertState, type AlertState } from './alert-state.js';
import {
  afterDeath,
  afterSuccess,
  isStillToBeDisabled,
  settle,
  thresholdsOf,
  type AlertContext,
  type AlertEffect,
} from './evaluate-alert.js';

const minute = 60_000;
const hour = 60 * minute;
const startMs = Date.UTC(2026, 10, 28);

/** One endpoint, and what is decided about it, in order. */
class Watched {
  state: AlertState = initialAlertState;
  readonly effects: AlertEffect[] = [];
  private deaths = 0;

  constructor(private context: Partial<AlertContext> = {}) {}

  change(context: Partial<AlertContext>): this {
    this.context = { ...this.context, ...context };
    return this;
  }

  dies(atMs: number, { times = 1, everyMs = 0, key = '', attempted = true } = {}): this {
    for (let i = 0; i < times; i++) {
      this.deaths += 1;
      const death = { atMs: atMs + i * everyMs, key: key || `d${this.deaths}`, attempted };
      this.take(afterDeath(this.state, death, this.now));
    }
    return this;
  }

  succeeds(atMs: number): this {
    return this.take(afterSuccess(this.state, atMs, this.now));
  }

  settles(nowMs: number): this {
    return this.take(settle(this.state, nowMs, this.now));
  }

  get kinds(): string[] {
    return this.effects.map(({ kind }) => kind);
  }

  get now(): AlertContext {
    const thresholds = defaultAlertThresholds;
    return { isDisabled: false, enabledAtMs: 0, changedAtMs: 0, thresholds, ...this.context };
  }

  private take(step: { state: AlertState; effects: readonly AlertEffect[] }): this {
    this.state = step.state;
    this.effects.push(...step.effects);
    return this;
  }
}

const only = (rules: object): Partial<AlertContext> => ({
  thresholds: { warn: null, disable: null, disableAfterConsecutive: null, ...rules },
});

describe('warning', () => {
  it('warns at the tenth dead letter of an hour, once', () => {
    const watched = new Watched().dies(startMs, { times: 9, everyMs: minute });
    expect(watched.kinds).toEqual([]);
    watched.dies(startMs + 9 * minute, { times: 20, everyMs: minute });
    expect(watched.effects).toEqual([
      {
        kind: 'failing',
        atMs: startMs + 9 * minute,
        sinceMs: startMs,
        deadLetters: 10,
        inARow: 10,
        windowSeconds: 3_600,
      },
    ]);
  });

  it('does not warn of ten that are spread over more than an hour', () => {
    expect(new Watched().dies(startMs, { times: 50, everyMs: 7 * minute }).kinds).toEqual([]);
  });

  it('counts a fact that comes twice once', () => {
    expect(new Watched().dies(startMs, { times: 30, everyMs: 1, key: 'same' }).kinds).toEqual([]);
  });

  it('counts by the times of the facts, in whatever order they come', () => {
    const watched = new Watched();
    for (let i = 9; i >= 0; i--) watched.dies(startMs + i * minute);
    expect(watched.effects).toMatchObject([{ kind: 'failing', deadLetters: 10, sinceMs: startMs }]);
  });

  it('tells of the recovery at the first success, once, and then warns anew', () => {
    const watched = new Watched().dies(startMs, { times: 10, everyMs: 1 }).succeeds(startMs + minute);
    watched.succeeds(startMs + minute + 1).settles(startMs + 3 * hour);
    expect(watched.effects.slice(1)).toEqual([
      { kind: 'recovered', atMs: startMs + minute, failingSinceMs: startMs + 9, by: 'success' },
    ]);
    watched.dies(startMs + 2 * minute, { times: 10, everyMs: 1 });
    expect(watched.kinds).toEqual(['failing', 'recovered', 'failing']);
  });

  it('warns of one that fails now and then once an hour at most, and tells of its recovery when few of them are left', () => {
    const watched = new Watched();
    for (let i = 0; i < 60; i++) watched.dies(startMs + i * minute).succeeds(startMs + i * minute + 1);
    expect(watched.kinds).toEqual(['failing']);
    watched.settles(startMs + 80 * minute);
    expect(watched.kinds).toEqual(['failing']);
    watched.settles(startMs + 111 * minute);
    expect(watched.effects.at(-1)).toMatchObject({ kind: 'recovered', by: 'success' });
  });

  it('does not warn again at the first dead letter after a recovery, until a window has passed', () => {
    const watched = new Watched().dies(startMs, { times: 10, everyMs: 1 }).succeeds(startMs + minute);
    for (let i = 2; i < 59; i++) watched.dies(startMs + i * minute).succeeds(startMs + i * minute + 1);
    expect(watched.kinds).toEqual(['failing', 'recovered']);
    watched.dies(startMs + 61 * minute);
    expect(watched.kinds).toEqual(['failing', 'recovered', 'failing']);
  });

  it('does not say that one has recovered which only gets nothing any more', () => {
    const watched = new Watched().dies(startMs, { times: 10, everyMs: 1 }).settles(startMs + 30 * hour);
    expect(watched.kinds).toEqual(['failing']);
  });

  it('tells of the end of dead letters that had waited, though no success is known', () => {
    const watched = new Watched().dies(startMs, { times: 10, attempted: false }).settles(startMs + minute);
    expect(watched.kinds).toEqual(['failing']);
    watched.settles(startMs + 2 * hour);
    expect(watched.effects.at(-1)).toMatchObject({ kind: 'recovered', by: 'quiet' });
  });

  it('tells of the recovery of one that was paused or disabled meanwhile, at its first success', () => {
    const watched = new Watched().dies(startMs, { times: 10, everyMs: 1 });
    watched.change({ enabledAtMs: startMs + minute });
    watched.settles(startMs + 30 * hour).dies(startMs + 31 * hour);
    expect(watched.kinds).toEqual(['failing']);
    watched.succeeds(startMs + 32 * hour).succeeds(startMs + 32 * hour + 1);
    expect(watched.effects.slice(1)).toEqual([
      { kind: 'recovered', atMs: startMs + 32 * hour, failingSinceMs: startMs + 9, by: 'success' },
    ]);
  });

  it('says nothing of an endpoint that is disabled', () => {
    expect(new Watched({ isDisabled: true }).dies(startMs, { times: 500, everyMs: 1 }).kinds).toEqual([]);
  });
});

describe('disabling', () => {
  const strict = only({ disable: { deadLetters: 100, windowSeconds: 86_400 } });

  it('disables at the hundredth of a day, once', () => {
    const watched = new Watched(strict).dies(startMs, { times: 99, everyMs: minute });
    expect(watched.kinds).toEqual([]);
    watched.dies(startMs + 99 * minute, { times: 50, everyMs: minute });
    expect(watched.effects).toEqual([
      { kind: 'disable', atMs: startMs + 99 * minute, sinceMs: startMs, deadLetters: 100 },
    ]);
  });

  it('counts anew after a success', () => {
    const watched = new Watched(strict).dies(startMs, { times: 99, everyMs: 1 }).succeeds(startMs + 200);
    watched.dies(startMs + 300, { times: 99, everyMs: 1 });
    expect(watched.kinds).toEqual([]);
    expect(watched.dies(startMs + hour).kinds).toEqual(['disable']);
  });

  it('counts neither what came before a success that the log tells late, nor what it tells late after one', () => {
    const watched = new Watched(strict).dies(startMs, { times: 99, everyMs: 1 }).succeeds(startMs + 50);
    watched.dies(startMs + hour);
    expect(watched.kinds).toEqual([]);
    const late = new Watched(strict).dies(startMs, { times: 99, everyMs: 10 }).succeeds(startMs + 985);
    late.dies(startMs + 983);
    expect(late.kinds).toEqual([]);
  });

  it('counts those that came after a success, of which the log tells last', () => {
    const watched = new Watched(strict).dies(startMs, { times: 90, everyMs: 1 }).succeeds(startMs + 9);
    expect(watched.dies(startMs + hour, { times: 19, everyMs: 1 }).kinds).toEqual([]);
    expect(watched.dies(startMs + 2 * hour).kinds).toEqual(['disable']);
  });

  it('does not count those of which the log tells after a later success', () => {
    const watched = new Watched(strict).dies(startMs).succeeds(startMs + hour);
    expect(watched.dies(startMs + 1, { times: 200, everyMs: 1 }).kinds).toEqual([]);
  });

  it('does not disable for a hundred that take more than a day', () => {
    expect(new Watched(strict).dies(startMs, { times: 300, everyMs: 15 * minute }).kinds).toEqual([]);
  });

  it('does not count those that had waited against an endpoint that takes deliveries now', () => {
    const watched = new Watched(strict).dies(startMs).succeeds(startMs + 1);
    watched.dies(startMs + 2, { times: 500, everyMs: 1, attempted: false });
    expect(watched.kinds).toEqual([]);
  });

  it('counts those that had waited as soon as an attempt has failed, too', () => {
    const watched = new Watched(strict).dies(startMs);
    expect(watched.dies(startMs + 1, { times: 99, attempted: false }).kinds).toEqual(['disable']);
  });

  it('begins anew when it was enabled, and leaves one alone that somebody has changed since', () => {
    const watched = new Watched().dies(startMs, { times: 100, everyMs: 1 });
    expect(watched.kinds).toEqual(['failing', 'disable']);
    watched.change({ enabledAtMs: startMs + minute, changedAtMs: startMs + minute });
    watched.dies(startMs + 2 * minute, { times: 9, everyMs: 1 });
    expect(watched.kinds).toEqual(['failing', 'disable']);
    watched.dies(startMs + 3 * minute);
    expect(watched.kinds).toEqual(['failing', 'disable', 'failing']);
    watched.change({ changedAtMs: startMs + 4 * minute });
    watched.dies(startMs + 5 * minute, { times: 99, everyMs: 1 });
    expect(watched.kinds).toEqual(['failing', 'disable', 'failing']);
    watched.dies(startMs + 6 * minute);
    expect(watched.kinds).toEqual(['failing', 'disable', 'failing', 'disable']);
  });

  it('disables after so many in a row, however long that took, where that is wanted', () => {
    const watched = new Watched(only({ disableAfterConsecutive: 3 })).dies(startMs, {
      times: 2,
      everyMs: 99 * hour,
    });
    watched.succeeds(startMs + 100 * hour).dies(startMs + 200 * hour, { times: 2, everyMs: 99 * hour });
    expect(watched.kinds).toEqual([]);
    expect(watched.dies(startMs + 1_000 * hour).kinds).toEqual(['disable']);
  });

  it('is not to be done any more once something succeeded or somebody changed the endpoint', () => {
    const watched = new Watched(strict).dies(startMs, { times: 100, everyMs: 1 });
    const { atMs } = watched.effects[0] as AlertEffect;
    const still = (context: Partial<AlertContext>) =>
      isStillToBeDisabled(watched.state, atMs, { ...watched.now, ...context });
    expect(still({})).toBe(true);
    expect(still({ changedAtMs: atMs + 1 })).toBe(false);
    expect(still({ isDisabled: true })).toBe(false);
    watched.succeeds(startMs + 98);
    expect(still({})).toBe(false);
  });

  it('keeps no more of an endpoint than its thresholds ask for', () => {
    const watched = new Watched().dies(startMs, { times: 1_000, everyMs: 1 });
    expect(watched.state.deaths).toHaveLength(100);
  });
});

describe('thresholdsOf', () => {
  it('takes what a tenant says, and the rest from the fleet', () => {
    const warn = { deadLetters: 3, windowSeconds: 60 };
    expect(thresholdsOf(defaultAlertThresholds, null)).toEqual(defaultAlertThresholds);
    expect(thresholdsOf(defaultAlertThresholds, { warn, disable: null })).toEqual({
      ...defaultAlertThresholds,
      warn,
      disable: null,
    });
  });
});
