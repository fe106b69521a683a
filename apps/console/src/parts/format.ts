const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** `2 min ago`, `in 5 s` */
export function relativeTime(timeMs: number, nowMs: number): string {
  // a clock that goes by seconds is behind what happened in this one: that is no time to come
  const seconds = Math.floor(timeMs / 1_000) - Math.floor(nowMs / 1_000);
  const size = Math.abs(seconds);
  const [unit, inSeconds] = units.find(([, length]) => size >= length) ?? [];
  if (unit === undefined) return 'now';
  const said = `${Math.trunc(size / inSeconds)} ${unit}`;
  return seconds < 0 ? `${said} ago` : `in ${said}`;
}

/** `850 ms`, `1.2 s`, `3 min 20 s`, `2 h 5 min` */
export function duration(lengthMs: number): string {
  if (lengthMs < 1_000) return `${lengthMs < 10 ? Number(lengthMs.toFixed(1)) : Math.round(lengthMs)} ms`;
  if (lengthMs < 59_950) return `${Number((lengthMs / 1_000).toFixed(1))} s`;
  const seconds = Math.round(lengthMs / 1_000);
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** `99.2 %`; 100 only where nothing failed. */
export function percent(share: number): string {
  const value = share * 100;
  const shown = share < 1 && value > 99.9 ? 99.9 : value;
  return `${Number(shown.toFixed(1))} %`;
}

const numbers = new Intl.NumberFormat('en');

/** `12,345` */
export function count(value: number): string {
  return numbers.format(value);
}
