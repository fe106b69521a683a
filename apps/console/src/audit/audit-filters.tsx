import { Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState, type ReactNode } from 'react';
import { auditActions, deedOf, isoOfLocal, localTime } from './deeds.js';

export const auditFilterNames = ['action', 'actor', 'endpointId', 'since', 'until'] as const;
type Name = (typeof auditFilterNames)[number];

export interface AuditFiltersProps {
  readonly filters: Readonly<Partial<Record<Name, string>>>;
  readonly onChange: (change: Partial<Record<Name, string | null>>) => void;
}

const actions = auditActions.map((value) => ({ value, label: deedOf(value) }));

export function AuditFilters({ filters, onChange }: AuditFiltersProps): ReactNode {
  return (
    <Group gap="xs" align="flex-end" role="search" aria-label="Filters">
      <Select
        label="What"
        placeholder="anything"
        data={actions}
        value={filters.action ?? null}
        onChange={(action) => onChange({ action })}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': 'Clear what' }}
        nothingFoundMessage="No such deed"
        w={{ base: '100%', xs: 250 }}
      />
      <TypedFilter
        label="Who"
        placeholder="admin or key:…"
        value={filters.actor}
        onChange={(actor) => onChange({ actor })}
      />
      <TypedFilter
        label="Endpoint"
        placeholder="ep_…"
        value={filters.endpointId}
        onChange={(endpointId) => onChange({ endpointId })}
      />
      <TimeFilter label="Since" value={filters.since} onChange={(since) => onChange({ since })} />
      <TimeFilter label="Until" value={filters.until} onChange={(until) => onChange({ until })} />
    </Group>
  );
}

interface FilterProps {
  readonly label: string;
  readonly placeholder?: string;
  readonly value: string | undefined;
  readonly onChange: (value: string | null) => void;
}

/** Asks when somebody has stopped typing. */
function TypedFilter({ value = '', onChange, ...rest }: FilterProps): ReactNode {
  const [text, setText] = useState(value);
  const [last, setLast] = useState(value);
  // the address was changed by something else, such as the button that clears it
  if (last !== value) {
    setLast(value);
    setText(value);
  }
  const tell = useDebouncedCallback(
    (typed: string) => onChange(typed.trim() === '' ? null : typed.trim()),
    350,
  );
  return (
    <TextInput
      {...rest}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        tell(event.currentTarget.value);
      }}
      spellCheck={false}
      autoComplete="off"
      w={{ base: '100%', xs: 190 }}
    />
  );
}

function TimeFilter({ label, value, onChange }: FilterProps): ReactNode {
  return (
    <TextInput
      type="datetime-local"
      label={label}
      value={localTime(value)}
      onChange={(event) => onChange(isoOfLocal(event.currentTarget.value))}
      w={{ base: '100%', xs: 200 }}
    />
  );
}
