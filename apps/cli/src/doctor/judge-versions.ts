/** Numbers of a version such as `v2.15.1` or `22.13.0-beta.1`; `null` when there is none. */
export function numbersOf(version: string): readonly [number, number, number] | null {
  const match = /(\d+)\.(\d+)\.(\d+)/.exec(version);
  return match === null ? null : [Number(match[1]), Number(match[2]), Number(match[3])];
}

export function isAtLeast(version: string, oldest: string): boolean {
  const there = numbersOf(version);
  const needed = numbersOf(oldest);
  if (there === null || needed === null) return false;
  for (const index of [0, 1, 2] as const) {
    if (there[index] !== needed[index]) return there[index] > needed[index];
  }
  return true;
}
