/** A dead letter of an endpoint, as far as it counts. */
export interface CountedDeath {
  readonly atMs: number;
  /** Of the delivery and its hop: a fact that comes twice counts once. */
  readonly key: string;
  /** An attempt failed for good at that moment; otherwise it ended while it waited. */
  readonly attempted: boolean;
}

/** What is known of an endpoint that has dead letters; without any there is nothing to know. */
export interface AlertState {
  readonly v: 1;
  /** The newest of them, oldest first: as many as any threshold asks for. */
  readonly deaths: readonly CountedDeath[];
  /**
   * When the row of dead letters began that has no success in between; `null`: the last that is known is a success. It
   * begins with a failed attempt: from then on the endpoint's owner tells of the next success.
   */
  readonly inARowSinceMs: number | null;
  readonly lastSuccessAtMs: number | null;
  /** `null`: it does not count as failing. */
  readonly warned: {
    readonly atMs: number;
    /** There was no success among them, so that the first one means that it has recovered. */
    readonly inARow: boolean;
  } | null;
  readonly lastWarnedAtMs: number | null;
  /** When it was to be disabled; `null` again as soon as something succeeds. */
  readonly disableAskedAtMs: number | null;
}

export const initialAlertState: AlertState = Object.freeze({
  v: 1,
  deaths: Object.freeze([]),
  inARowSinceMs: null,
  lastSuccessAtMs: null,
  warned: null,
  lastWarnedAtMs: null,
  disableAskedAtMs: null,
});

/** Dead letters in a row, since the last success. */
export function deathsInARow({ deaths, inARowSinceMs }: AlertState): readonly CountedDeath[] {
  return inARowSinceMs === null ? [] : deaths.filter(({ atMs }) => atMs >= inARowSinceMs);
}

/** Those of the window that ends then. */
export function deathsWithin(
  { deaths }: AlertState,
  windowSeconds: number,
  untilMs: number,
): readonly CountedDeath[] {
  return deaths.filter(({ atMs }) => atMs > untilMs - windowSeconds * 1_000);
}

/** One more, in the order of time: facts of different kinds may come a little out of order. */
export function withDeath(state: AlertState, death: CountedDeath, keep: number): AlertState {
  const later = state.deaths.findLastIndex(({ atMs }) => atMs <= death.atMs) + 1;
  const deaths = state.deaths.toSpliced(later, 0, death).slice(-keep);
  const isAfterSuccess = death.atMs > (state.lastSuccessAtMs ?? -Infinity);
  const begins = death.attempted && isAfterSuccess && death.atMs < (state.inARowSinceMs ?? Infinity);
  return { ...state, deaths, inARowSinceMs: begins ? death.atMs : state.inARowSinceMs };
}

export function withSuccess(state: AlertState, atMs: number): AlertState {
  const lastSuccessAtMs = Math.max(atMs, state.lastSuccessAtMs ?? atMs);
  if (state.inARowSinceMs === null || atMs < state.inARowSinceMs) return { ...state, lastSuccessAtMs };
  // failures of after it may have come before it
  const next = state.deaths.find((death) => death.attempted && death.atMs > lastSuccessAtMs);
  return { ...state, lastSuccessAtMs, inARowSinceMs: next?.atMs ?? null, disableAskedAtMs: null };
}

/** It was enabled then: what happened before is over, but that the operator was told of it. */
export function since(state: AlertState, enabledAtMs: number): AlertState {
  const isOver = (atMs: number | null) => atMs !== null && atMs <= enabledAtMs;
  const isOld = isOver(state.deaths[0]?.atMs ?? null) || isOver(state.lastWarnedAtMs);
  if (!isOld && !isOver(state.disableAskedAtMs)) return state;
  const deaths = state.deaths.filter(({ atMs }) => atMs > enabledAtMs);
  const first = deaths.find(
    ({ attempted, atMs }) => attempted && atMs > (state.lastSuccessAtMs ?? -Infinity),
  );
  return {
    ...state,
    deaths,
    inARowSinceMs: isOver(state.inARowSinceMs) ? (first?.atMs ?? null) : state.inARowSinceMs,
    lastWarnedAtMs: isOver(state.lastWarnedAtMs) ? null : state.lastWarnedAtMs,
    disableAskedAtMs: isOver(state.disableAskedAtMs) ? null : state.disableAskedAtMs,
  };
}
