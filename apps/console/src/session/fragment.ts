import { emptyAppearance, type Appearance } from './appearance.js';

/** What a link to the console may carry behind `#`: that part of an address is sent to no server, and is in no log. */
export interface Fragment {
  readonly token: string | null;
  readonly appearance: Appearance;
}

const tokenForm = /^(?!.*[<>"])[\x21-\x7e]{8,4096}$/;
const schemes = ['light', 'dark', 'auto'] as const;

/** Reads `#token=…&theme=dark&primary=%23335577&radius=8&font=Georgia`. What is not of its form is left out. */
export function readFragment(hash: string): Fragment {
  const values = new URLSearchParams(hash.replace(/^#/, ''));
  const token = values.get('token') ?? '';
  return {
    token: tokenForm.test(token) ? token : null,
    appearance: {
      scheme: schemes.find((scheme) => scheme === values.get('theme')) ?? emptyAppearance.scheme,
      primary: formed(values.get('primary'), /^#[0-9a-f]{6}$/i),
      radiusPx: radiusOf(values.get('radius')),
      font: formed(values.get('font'), /^[A-Za-z0-9 -]{1,64}$/),
    },
  };
}

function formed(value: string | null, form: RegExp): string | null {
  return value !== null && form.test(value) ? value : null;
}

function radiusOf(value: string | null): number | null {
  return value !== null && /^\d{1,2}$/.test(value) && Number(value) <= 24 ? Number(value) : null;
}
