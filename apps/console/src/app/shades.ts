import type { MantineColorsTuple } from '@mantine/core';

type Rgb = readonly [number, number, number];

const white: Rgb = [255, 255, 255];
const black: Rgb = [8, 10, 30];
/** How much of the colour there is in each shade; the rest is white before the middle, and black behind it. */
const lighter = [0.07, 0.15, 0.28, 0.45, 0.65, 0.85];
const darker = [1, 0.87, 0.75, 0.62];

/** Ten shades of a colour `#rrggbb`, light to dark; the seventh is the colour itself. */
export function shadesOf(hex: string): MantineColorsTuple {
  const colour = rgbOf(hex);
  const shades = [
    ...lighter.map((share) => mix(colour, white, share)),
    ...darker.map((share) => mix(colour, black, share)),
  ];
  return shades as unknown as MantineColorsTuple;
}

/** The same hue, as dark as white text on it needs to be read (4.5 to 1, WCAG 1.4.3). */
export function readableUnderWhite(hex: string): string {
  let colour = rgbOf(hex);
  while (contrastToWhite(colour) < 4.5) colour = rgbOf(mix(colour, [0, 0, 0], 0.95));
  return mix(colour, white, 1);
}

export function contrastToWhite(colour: Rgb): number {
  const [red, green, blue] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}

export function rgbOf(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function mix(colour: Rgb, other: Rgb, share: number): string {
  const parts = colour.map((value, index) => Math.round(value * share + (other[index] ?? 0) * (1 - share)));
  return `#${parts.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
