/** Two figures from sources of their own, and whether they fit. */
export interface Check {
  readonly about: string;
  readonly left: Figure;
  readonly relation: '=' | '≤';
  readonly right: Figure;
  readonly ok: boolean;
  /** What does not fit, for whoever looks for it. */
  readonly hint?: string;
}

export interface Figure {
  readonly what: string;
  readonly value: number;
}

export function equal(about: string, left: Figure, right: Figure): Check {
  return { about, left, relation: '=', right, ok: left.value === right.value };
}

interface Ids {
  readonly what: string;
  readonly ids: Iterable<string>;
}

/** Not only as many: the same ones, and on the right each once. */
export function sameIds(about: string, left: Ids, right: Ids): Check {
  return comparedIds('=', about, left, right);
}

/** Each on the right once, and among those on the left. */
export function amongIds(about: string, left: Ids, right: Ids): Check {
  return comparedIds('≤', about, left, right);
}

function comparedIds(relation: '=' | '≤', about: string, some: Ids, others: Ids): Check {
  // "≤" reads: the right ones are among the left; so they stand the other way round
  const wanted = new Set(some.ids);
  const found = [...others.ids];
  const once = new Set(found);
  const missing = relation === '=' ? [...wanted].filter((id) => !once.has(id)) : [];
  const strange = [...once].filter((id) => !wanted.has(id));
  const met = new Set<string>();
  const twice = found.filter((id) => met.size === met.add(id).size);
  const wantedFigure = { what: some.what, value: wanted.size };
  const foundFigure = { what: others.what, value: found.length };
  const hint = [listed('missing', missing), listed('not expected', strange), listed('more than once', twice)]
    .filter(Boolean)
    .join('; ');
  return {
    about,
    left: relation === '=' ? wantedFigure : foundFigure,
    relation,
    right: relation === '=' ? foundFigure : wantedFigure,
    ok: hint === '',
    ...(hint === '' ? {} : { hint }),
  };
}

function listed(word: string, ids: readonly string[]): string {
  if (ids.length === 0) return '';
  return `${ids.length} ${word}: ${ids.slice(0, 3).join(', ')}${ids.length > 3 ? ', …' : ''}`;
}
