/** What a phase should reach, and what it did. */
export interface Goal {
  readonly what: string;
  readonly value: number;
  readonly limit: number;
  readonly sense: 'at most' | 'at least';
  /** Stands behind both figures, with its space: ` ms`. */
  readonly unit: string;
}

export function atMost(what: string, value: number, limit: number, unit = ''): Goal {
  return { what, value, limit, sense: 'at most', unit };
}

export function atLeast(what: string, value: number, limit: number, unit = ''): Goal {
  return { what, value, limit, sense: 'at least', unit };
}

/** What was not measured is not reached. */
export function isReached({ value, limit, sense }: Goal): boolean {
  return sense === 'at most' ? value <= limit : value >= limit;
}
