import { unwrap } from '@postel/client';
import { Button, Group, Popover, Select, Stack, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconFilter, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useApi } from '../api/api-context.js';
import { statuses, type DeliveryFilters } from './delivery-filters.js';

type Name = keyof DeliveryFilters;

export interface FilterBarProps {
  readonly filters: DeliveryFilters;
  readonly onChange: (change: Partial<Record<Name, string | null>>) => void;
}

/** What stands in the address: it can be sent to a colleague. */
export function FilterBar({ filters, onChange }: FilterBarProps): ReactNode {
  const set = Object.keys(filters).length;
  return (
    <Group gap="xs" mb="sm" role="search" aria-label="Filters">
      <Select
        aria-label="Status"
        placeholder="Any status"
        data={[...statuses]}
        value={filters.status ?? null}
        onChange={(status) => onChange({ status })}
        clearable
        w={{ base: '100%', xs: 140 }}
      />
      <EndpointFilter value={filters.endpointId} onChange={(endpointId) => onChange({ endpointId })} />
      <TextFilter
        label="Event type"
        placeholder="Event type"
        value={filters.type}
        onChange={(type) => onChange({ type })}
      />
      <MoreFilters filters={filters} onChange={onChange} />
      {set > 0 && (
        <Button
          variant="subtle"
          color="gray"
          leftSection={<IconX size={14} aria-hidden />}
          onClick={() =>
            onChange({ status: null, endpointId: null, type: null, eventId: null, since: null, until: null })
          }
        >
          Clear
        </Button>
      )}
    </Group>
  );
}

function EndpointFilter({
  value,
  onChange,
}: {
  value: string | undefined;
  onChange: (id: string | null) => void;
}) {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['endpoints', 'to filter by'],
    queryFn: () => unwrap(api.GET('/v1/endpoints', { params: { query: { limit: 250 } } })),
    staleTime: 60_000,
  });
  const options =
    data?.data.map(({ id, url, description }) => ({ value: id, label: description || url })) ?? [];
  // one that was deleted, or is not among the first, is still what is filtered by
  if (value !== undefined && !options.some((option) => option.value === value))
    options.push({ value, label: value });
  return (
    <Select
      aria-label="Endpoint"
      placeholder="Any endpoint"
      data={options}
      value={value ?? null}
      onChange={onChange}
      searchable
      clearable
      w={{ base: '100%', xs: 220 }}
      nothingFoundMessage="No such endpoint"
    />
  );
}

interface TextFilterProps {
  readonly label: string;
  readonly placeholder?: string;
  readonly value: string | undefined;
  readonly onChange: (value: string | null) => void;
}

function TextFilter({ label, placeholder, value, onChange }: TextFilterProps): ReactNode {
  const [text, setText] = useState(value ?? '');
  const [seen, setSeen] = useState(value);
  if (seen !== value) {
    setSeen(value);
    if ((value ?? '') !== text.trim()) setText(value ?? '');
  }
  const changeSoon = useDebouncedCallback(onChange, 300);
  return (
    <TextInput
      aria-label={label}
      placeholder={placeholder}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        changeSoon(event.currentTarget.value.trim() || null);
      }}
      flex={{ base: 1, xs: 'initial' }}
      w={{ base: 'auto', xs: 170 }}
      spellCheck={false}
    />
  );
}

function MoreFilters({ filters, onChange }: FilterBarProps): ReactNode {
  const set = [filters.eventId, filters.since, filters.until].filter((value) => value !== undefined).length;
  return (
    <Popover position="bottom-start" shadow="md" trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconFilter size={14} aria-hidden />}>
          {set === 0 ? 'More' : `More (${set})`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="More filters">
        <Stack gap="xs">
          <TextInput
            label="Event id"
            placeholder="evt_…"
            value={filters.eventId ?? ''}
            onChange={(event) => onChange({ eventId: event.currentTarget.value.trim() || null })}
          />
          <TimeFilter label="Since" value={filters.since} onChange={(since) => onChange({ since })} />
          <TimeFilter label="Until" value={filters.until} onChange={(until) => onChange({ until })} />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function TimeFilter({ label, value, onChange }: Omit<TextFilterProps, 'placeholder'>): ReactNode {
  return (
    <TextInput
      type="datetime-local"
      label={label}
      value={value === undefined ? '' : localTime(new Date(value))}
      onChange={(event) => {
        const time = new Date(event.currentTarget.value);
        onChange(Number.isNaN(time.getTime()) ? null : time.toISOString());
      }}
    />
  );
}

/** `2026-11-28T14:05`, of the reader's zone, as such a field has it. */
function localTime(time: Date): string {
  if (Number.isNaN(time.getTime())) return '';
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
