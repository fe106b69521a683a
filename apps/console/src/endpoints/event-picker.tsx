import { unwrap } from '@postel/client';
import { TagsInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, type ReactNode } from 'react';
import { useApi } from '../api/api-context.js';

export interface EventPickerProps {
  readonly value?: string[];
  readonly onChange?: (value: string[]) => void;
  readonly error?: ReactNode;
  /** By which the form finds the field. */
  readonly 'data-path'?: string;
}

/** Event types of the catalogue and their wildcards; others may be typed, for a type may come that nobody has seen yet. */
export function EventPicker({ value = [], onChange, ...rest }: EventPickerProps): ReactNode {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['event-types', 'to pick from'],
    queryFn: () => unwrap(api.GET('/v1/event-types', { params: { query: { limit: 250 } } })),
    staleTime: 60_000,
  });
  const options = useMemo(() => optionsOf(data?.data.map(({ name }) => name) ?? []), [data]);
  // all, and something beside it, is all: what is chosen last is meant
  const change = (given: string[]) => {
    // what was pasted or typed may be several
    const chosen = [
      ...new Set(given.flatMap((text) => text.split(/[,\s]+/)).filter((event) => event !== '')),
    ];
    const added = chosen.filter((event) => !value.includes(event));
    if (added.includes('*')) return onChange?.(['*']);
    onChange?.(added.length > 0 ? chosen.filter((event) => event !== '*') : chosen);
  };
  return (
    <TagsInput
      label="Events"
      description="Which reach it: types, order.* for all that begin so, or * for all"
      data={options}
      value={value}
      onChange={change}
      {...rest}
      acceptValueOnBlur
      splitChars={[',', ' ']}
      maxDropdownHeight={260}
      required
    />
  );
}

/** Each first word's wildcard stands before its types. */
export function optionsOf(types: readonly string[]): { group: string; items: string[] }[] {
  const words = new Map<string, string[]>();
  for (const type of [...types].sort()) {
    const word = type.split('.')[0] ?? type;
    words.set(word, [...(words.get(word) ?? [`${word}.*`]), type]);
  }
  return [
    { group: 'everything', items: ['*'] },
    ...[...words].sort().map(([group, items]) => ({ group, items })),
  ];
}
