import { Button, createTheme, Input, type MantineThemeOverride, Table, Tooltip } from '@mantine/core';
import type { Appearance } from '../session/appearance.js';
import { readableUnderWhite, shadesOf } from './shades.js';

const accent = '#4353d9';
const inter =
  "'Inter Variable', -apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

/** One accent, calm greys, 13 px text; what whoever embeds the console wants otherwise goes before. */
export function themeFor({ primary, radiusPx, font }: Appearance): MantineThemeOverride {
  return createTheme({
    colors: { accent: shadesOf(readableUnderWhite(primary ?? accent)), dark: darkGreys, gray: greys },
    primaryColor: 'accent',
    primaryShade: { light: 6, dark: 6 },
    fontFamily: font === null ? inter : `'${font}', ${inter}`,
    fontFamilyMonospace:
      "ui-monospace, 'SF Mono', SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace",
    fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '18px' },
    lineHeights: { xs: '1.4', sm: '1.5', md: '1.55', lg: '1.6', xl: '1.6' },
    headings: {
      fontWeight: '600',
      sizes: {
        h1: { fontSize: '20px', lineHeight: '1.3' },
        h2: { fontSize: '15px', lineHeight: '1.4' },
        h3: { fontSize: '14px', lineHeight: '1.4' },
      },
    },
    defaultRadius: radiusPx === null ? '6px' : `${radiusPx}px`,
    cursorType: 'pointer',
    focusRing: 'auto',
    respectReducedMotion: true,
    components: {
      Button: Button.extend({
        defaultProps: { size: 'sm' },
        vars: (_theme, { size }) => ({ root: size === undefined || size === 'sm' ? smallButton : {} }),
      }),
      Input: Input.extend({
        defaultProps: { size: 'sm' },
        vars: (_theme, { size }) => ({
          wrapper: size === undefined || size === 'sm' ? { '--input-height': '32px' } : {},
        }),
      }),
      Table: Table.extend({ defaultProps: { verticalSpacing: 7, horizontalSpacing: 'sm' } }),
      Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300, withArrow: true } }),
    },
  });
}

const smallButton = { '--button-height': '32px', '--button-padding-x': '12px', '--button-fz': '13px' };

/** A little blue in the greys: quieter beside the accent. Text on them keeps 4.5 to 1. */
const greys = [
  '#f8f9fb',
  '#f1f3f6',
  '#e6e9ef',
  '#d6dae3',
  '#c2c8d4',
  '#a0a8b8',
  '#646d80',
  '#4b5365',
  '#333a4a',
  '#1d2230',
] as const;
const darkGreys = [
  '#d5d9e2',
  '#b6bcc9',
  '#9aa2b3',
  '#5d6577',
  '#3b4252',
  '#2b313e',
  '#21262f',
  '#16191f',
  '#101217',
  '#0a0c0f',
] as const;
