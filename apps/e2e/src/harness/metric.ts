/**
 * The value of a metric at a process's /metrics, 0 when it has none; of several series with these labels the sum.
 * @param name without the prefix `postel_`
 */
export async function metric(
  operationsUrl: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> {
  const text = await (await fetch(`${operationsUrl}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith(`postel_${name}{`) || line.startsWith(`postel_${name} `))
    .filter((line) => Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

export interface Series {
  /** `name{label="value",…}`, labels in alphabetical order. */
  readonly key: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Every series of a process's /metrics. */
export async function readSeries(operationsUrl: string): Promise<readonly Series[]> {
  const text = await (await fetch(`${operationsUrl}/metrics`)).text();
  return text.split('\n').flatMap((line) => {
    const [, name, inside = ''] = /^([a-z]\w*)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
    if (name === undefined) return [];
    const labels = [...inside.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', value = '']) => [
      label,
      value,
    ]);
    const sorted = labels.map(([label, value]) => `${label}="${value}"`).sort();
    const key = sorted.length > 0 ? `${name}{${sorted.join(',')}}` : name;
    return [{ key, labels: Object.fromEntries(labels) as Record<string, string> }];
  });
}
