const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `1.5 MiB` */
export function size(sizeBytes: number): string {
  const step = sizeBytes < 1 ? 0 : Math.min(Math.floor(Math.log2(sizeBytes) / 10), units.length - 1);
  return `${Number((sizeBytes / 1024 ** step).toFixed(1))} ${units[step] ?? 'B'}`;
}
