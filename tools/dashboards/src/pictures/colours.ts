import { type Panel, type Threshold } from '@grafana/grafana-foundation-sdk/dashboard';

const named: Readonly<Record<string, string>> = {
  green: '#4d9a3f',
  yellow: '#dfb317',
  orange: '#e8770c',
  red: '#d1242f',
  purple: '#8250df',
  text: '#24292f',
};

const palette = [
  '#4477aa',
  '#ee7733',
  '#228833',
  '#aa3377',
  '#66ccee',
  '#ccbb44',
  '#bb5566',
  '#777777',
  '#004488',
  '#997700',
];

/** By name where the panel says so, otherwise by place. */
export function colourOf(panel: Panel, name: string, index: number): string {
  const overrides = panel.fieldConfig?.overrides ?? [];
  const own = overrides
    .find(({ matcher }) => matcher.options === name)
    ?.properties.find(({ id }) => id === 'color');
  const fixed = (own?.value as { fixedColor?: string } | undefined)?.fixedColor;
  return named[fixed ?? ''] ?? palette[index % palette.length] ?? '#777777';
}

/** Of the highest threshold that the value reaches. */
export function levelColour(panel: Panel, value: number): string {
  const step = thresholdsOf(panel).findLast((each) => value >= (each.value ?? -Infinity));
  return named[step?.color ?? 'text'] ?? '#24292f';
}

export function thresholdsOf(panel: Panel): readonly Threshold[] {
  return panel.fieldConfig?.defaults.thresholds?.steps ?? [];
}

export function thresholdColour({ color }: Threshold): string {
  return named[color] ?? '#24292f';
}
