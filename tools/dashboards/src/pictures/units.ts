/** A value as Grafana would write it, more or less. @param unit of Grafana's */
export function inUnit(value: number, unit: string): string {
  switch (unit) {
    case 's':
      return inSeconds(value);
    case 'percentunit':
      return `${digits(value * 100)} %`;
    case 'bytes':
      return scaled(value, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB']);
    case 'ops':
      return `${scaled(value, 1_000, ['', 'k', 'M'])}/s`;
    case 'cpm':
      return `${scaled(value, 1_000, ['', 'k', 'M'])}/min`;
    default:
      return scaled(value, 1_000, ['', 'k', 'M', 'G']);
  }
}

function inSeconds(value: number): string {
  const steps = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
    [0.001, 'ms'],
  ] as const;
  if (value === 0) return '0 s';
  const [size, name] = steps.find(([size]) => Math.abs(value) >= size) ?? ([0.000_001, 'µs'] as const);
  return `${digits(value / size)} ${name}`;
}

function scaled(value: number, base: number, names: readonly string[]): string {
  let left = value;
  let step = 0;
  for (; Math.abs(left) >= base && step < names.length - 1; step += 1) left /= base;
  const name = names[step] ?? '';
  return name === '' ? digits(left) : `${digits(left)} ${name}`;
}

/** Three that matter. */
function digits(value: number): string {
  return String(Number(value.toPrecision(Math.abs(value) >= 100 ? 4 : 3)));
}
