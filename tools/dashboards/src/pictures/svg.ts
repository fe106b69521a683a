type Attributes = Readonly<Record<string, string | number | undefined>>;

/** One element. @param children already SVG; text goes through {@link escaped} */
export function element(name: string, attributes: Attributes, children = ''): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(typeof value === 'number' ? rounded(value) : String(value))}"`)
    .join('');
  return children === '' ? `<${name}${written}/>` : `<${name}${written}>${children}</${name}>`;
}

export interface TextStyle {
  readonly size: number;
  readonly fill?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly weight?: number;
}

export function text(x: number, y: number, content: string, style: TextStyle): string {
  const { size, fill = colours.text, anchor = 'start', weight } = style;
  const attributes = { x, y, 'font-size': size, fill, 'text-anchor': anchor, 'font-weight': weight };
  return element('text', attributes, escaped(content));
}

/** Cut so that it takes no more room than this, at so many pixels a letter. */
export function fitted(content: string, width: number, size: number): string {
  const letters = Math.floor(width / (size * letterWidth));
  return content.length <= letters ? content : `${content.slice(0, Math.max(1, letters - 1))}…`;
}

export function widthOf(content: string, size: number): number {
  return content.length * size * letterWidth;
}

const letterWidth = 0.56;

export const colours = {
  text: '#24292f',
  faint: '#6e7781',
  grid: '#e5e8eb',
  border: '#d0d7de',
  panel: '#ffffff',
  page: '#f4f5f5',
} as const;

export function escaped(content: string): string {
  return content.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function rounded(value: number): string {
  return String(Math.round(value * 10) / 10);
}
