import type { KubernetesObject } from './objects.js';

interface Rule {
  readonly path: string;
  readonly isExact: boolean;
  readonly service: string;
}

type IngressPath = {
  readonly path: string;
  readonly pathType: string;
  readonly backend: { readonly service: { readonly name: string } };
};
type RouteRule = {
  readonly matches: readonly { readonly path: { readonly type: string; readonly value: string } }[];
  readonly backendRefs: readonly { readonly name: string }[];
};

/** The Service that a request for the path is sent to by an Ingress or an HTTPRoute; `null`: none. */
export function servedBy(objects: readonly KubernetesObject[], path: string): string | null {
  const matching = objects.flatMap(rulesOf).filter((rule) => matches(rule, path));
  // both specifications: an exact path before a prefix, a longer prefix before a shorter one
  const [first] = matching.sort(
    (a, b) => Number(b.isExact) - Number(a.isExact) || b.path.length - a.path.length,
  );
  return first?.service ?? null;
}

function rulesOf({ kind, spec }: KubernetesObject): readonly Rule[] {
  if (kind === 'Ingress')
    return (spec as { rules: { http: { paths: IngressPath[] } }[] }).rules
      .flatMap(({ http }) => http.paths)
      .map(({ path, pathType, backend }) => ({
        path,
        isExact: pathType === 'Exact',
        service: backend.service.name,
      }));
  if (kind !== 'HTTPRoute') return [];
  return (spec as { rules: RouteRule[] }).rules.flatMap(({ matches, backendRefs }) =>
    matches.map(({ path }) => ({
      path: path.value,
      isExact: path.type === 'Exact',
      service: backendRefs[0]?.name ?? '',
    })),
  );
}

/** Prefixes are of whole segments. */
function matches({ path: rule, isExact }: Rule, path: string): boolean {
  if (isExact) return path === rule;
  const prefix = rule.replace(/\/$/, '');
  return path === prefix || path.startsWith(`${prefix}/`);
}
