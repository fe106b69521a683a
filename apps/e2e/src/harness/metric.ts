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
