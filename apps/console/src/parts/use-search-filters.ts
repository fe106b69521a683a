import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

/** Filters that stand in the address: they can be sent to somebody, kept as a bookmark, and gone back from. */
export function useSearchFilters<Name extends string>(
  names: readonly Name[],
): readonly [
  Readonly<Partial<Record<Name, string>>>,
  (change: Partial<Record<Name, string | null>>) => void,
] {
  const [params, setParams] = useSearchParams();
  const key = names.join(' ');
  const filters = useMemo(() => {
    const present = (key.split(' ') as Name[]).map((name) => [name, params.get(name)] as const);
    return Object.fromEntries(present.filter(([, value]) => value !== null && value !== '')) as Partial<
      Record<Name, string>
    >;
  }, [params, key]);
  const change = useCallback(
    (changes: Partial<Record<Name, string | null>>) => {
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changes) as [Name, string | null | undefined][]) {
            if (value === null || value === undefined || value === '') next.delete(name);
            else next.set(name, value);
          }
          return next;
        },
        { replace: true },
      );
    },
    [setParams],
  );
  return [filters, change];
}
