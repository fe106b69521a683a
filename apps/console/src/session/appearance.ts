/** How whoever embeds the console wants it to look; `null` is ours. */
export interface Appearance {
  readonly scheme: 'light' | 'dark' | 'auto' | null;
  /** `#rrggbb`. */
  readonly primary: string | null;
  readonly radiusPx: number | null;
  /** The name of a font that the reader's machine has: the page loads none from elsewhere. */
  readonly font: string | null;
}

export const emptyAppearance: Appearance = { scheme: null, primary: null, radiusPx: null, font: null };
