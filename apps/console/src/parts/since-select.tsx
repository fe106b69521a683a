import { Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { sincePresets } from './since.js';

export interface SinceSelectProps {
  readonly value: string | undefined;
  readonly onChange: (since: string | null) => void;
}

/** A filter by time: a preset, or the time that somebody's link has. */
export function SinceSelect({ value, onChange }: SinceSelectProps): ReactNode {
  const options: { value: string; label: string }[] = sincePresets.map((preset) => ({
    value: preset.value,
    label: preset.label,
  }));
  if (value !== undefined && !options.some((option) => option.value === value)) {
    const time = Date.parse(value);
    options.push({ value, label: Number.isNaN(time) ? value : `Since ${new Date(time).toLocaleString()}` });
  }
  return (
    <Select
      aria-label="Since"
      placeholder="Any time"
      data={options}
      value={value ?? null}
      onChange={onChange}
      clearable
      w={160}
    />
  );
}
