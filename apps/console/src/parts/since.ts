/** Times to choose from, for filters and recovers. */
export const sincePresets = [
  { value: '1h', label: 'Last hour', lengthMs: 3_600_000 },
  { value: '6h', label: 'Last 6 hours', lengthMs: 6 * 3_600_000 },
  { value: '24h', label: 'Last 24 hours', lengthMs: 24 * 3_600_000 },
  { value: '7d', label: 'Last 7 days', lengthMs: 7 * 24 * 3_600_000 },
] as const;

/**
 * What stands in an address as `since`: a preset, which moves with time, or a time.
 * @returns ISO 8601, or undefined where it is neither
 */
export function sinceOf(text: string | undefined, nowMs: number): string | undefined {
  if (text === undefined) return undefined;
  const preset = sincePresets.find(({ value }) => value === text);
  if (preset) {
    // of the whole minute, so that a page asks the same thing again and may be answered from what it has
    return new Date(Math.floor((nowMs - preset.lengthMs) / 60_000) * 60_000).toISOString();
  }
  const timeMs = Date.parse(text);
  return Number.isNaN(timeMs) ? undefined : new Date(timeMs).toISOString();
}

/** What `<input type="datetime-local">` wants: the reader's own time, to the minute. */
export function localInput(timeMs: number): string {
  const date = new Date(timeMs);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
