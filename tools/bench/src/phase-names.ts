/** In the order in which they run. */
export const phaseNames = [
  'raw',
  'broker',
  'accept',
  'end-to-end',
  'ten-endpoints',
  'one-endpoint',
  'steady',
  'isolation',
  'hanging-fleet',
  'waiting',
  'memory',
  'match',
  'boot',
  'tracing',
  'change',
  'project',
  'recover',
  'queries',
] as const;
export type PhaseName = (typeof phaseNames)[number];

/** `a,b` as `--only` takes it. */
export function parsePhases(text: string): readonly PhaseName[] | { readonly fault: string } {
  const chosen = new Set<string>(text.split(',').map((name) => name.trim()));
  for (const name of chosen) {
    if (!phaseNames.some((known) => known === name)) {
      return { fault: `--only takes names out of ${phaseNames.join(', ')}, not "${name}"` };
    }
  }
  return phaseNames.filter((name) => chosen.has(name));
}
