import { Group, Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { EndpointSelect } from '../parts/endpoint-select.js';
import { SearchField } from '../parts/search-field.js';
import { SinceSelect } from '../parts/since-select.js';
import type { AddressFilters, filterNames } from './filter.js';
import { reasons } from './reasons.js';

export interface FiltersProps {
  readonly filters: AddressFilters;
  readonly onChange: (change: Partial<Record<(typeof filterNames)[number], string | null>>) => void;
}

export function Filters({ filters, onChange }: FiltersProps): ReactNode {
  return (
    <Group gap="xs" role="search" aria-label="Which dead letters">
      <Select
        aria-label="Reason"
        placeholder="Any reason"
        data={Object.entries(reasons).map(([value, { label }]) => ({ value, label }))}
        value={filters.reason ?? null}
        onChange={(reason) => onChange({ reason })}
        clearable
        w={190}
      />
      <EndpointSelect
        label="Endpoint"
        none="All endpoints"
        value={filters.endpointId ?? null}
        onChange={(endpointId) => onChange({ endpointId })}
      />
      <SearchField
        label="Event type"
        value={filters.type ?? ''}
        onSearch={(type) => onChange({ type })}
        w={160}
      />
      <SinceSelect value={filters.since} onChange={(since) => onChange({ since })} />
    </Group>
  );
}
