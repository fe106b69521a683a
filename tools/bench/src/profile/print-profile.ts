import { summariseProfile, type CpuProfile, type Share } from './summarise-profile.js';

const shown = 30;

/** Where the time of one process went, for a person. */
export function printProfile(title: string, profile: CpuProfile): string {
  const summary = summariseProfile(profile);
  const section = (heading: string, shares: readonly Share[]) => [
    '',
    heading,
    ...shares.slice(0, shown).map(({ what, micros }) => {
      const percent = ((micros / summary.busyMicros) * 100).toFixed(1).padStart(5);
      return `  ${percent} %  ${(micros / 1_000).toFixed(0).padStart(6)} ms  ${what}`;
    }),
  ];
  const lines = [
    title,
    `busy ${(summary.busyMicros / 1e6).toFixed(2)} s, idle ${(summary.idleMicros / 1e6).toFixed(2)} s`,
    ...section('self time by origin', summary.byOrigin),
    ...section('by the nearest caller that is not Node itself', summary.byCaller),
    ...section('by function', summary.byFunction),
  ];
  return `${lines.join('\n')}\n`;
}
