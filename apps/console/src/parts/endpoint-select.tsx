import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { unwrap } from '@postel/client';
import { useMemo, type ReactNode } from 'react';
import { useApi, type Answer } from '../api/api-context.js';
import { useEndpoints } from '../api/use-endpoints.js';

export interface EndpointSelectProps {
  readonly value: string | null;
  readonly onChange: (endpointId: string | null) => void;
  readonly label: string;
  /** What choosing none means: `All endpoints`. */
  readonly none?: string;
  /** Only those that can be sent to now. */
  readonly activeOnly?: boolean;
  readonly w?: number | string;
}

/** Chooses an endpoint by its URL, description or id. */
export function EndpointSelect({
  value,
  onChange,
  label,
  none,
  activeOnly = false,
  w,
}: EndpointSelectProps): ReactNode {
  const { data = [], isPending } = useEndpoints();
  const other = useEndpointBeyond(isPending ? null : value, data);
  const options = useMemo(() => {
    const all = other ? [...data, other] : data;
    return all
      .filter(({ id, status }) => !activeOnly || status === 'active' || id === value)
      .map(({ id, url, status }) => ({ value: id, label: status === 'active' ? url : `${url} (${status})` }));
  }, [data, other, activeOnly, value]);
  // what is not known, because it was deleted, is still what the filter is
  const shown =
    value && !options.some((option) => option.value === value)
      ? [...options, { value, label: value }]
      : options;
  return (
    <Select
      aria-label={label}
      placeholder={none ?? 'Choose an endpoint'}
      data={shown}
      value={value}
      onChange={onChange}
      searchable
      clearable={none !== undefined}
      nothingFoundMessage={isPending ? 'Loading …' : 'No such endpoint'}
      limit={100}
      w={w ?? 280}
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
    />
  );
}

/** One that is not among the newest, and was come to by a link. */
function useEndpointBeyond(
  id: string | null,
  known: readonly Answer<'Endpoint'>[],
): Answer<'Endpoint'> | undefined {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['endpoints', id, 'by id'],
    queryFn: () => unwrap(api.GET('/v1/endpoints/{id}', { params: { path: { id: id ?? '' } } })),
    enabled: id !== null && !known.some((endpoint) => endpoint.id === id),
    staleTime: 60_000,
  });
  return data;
}
