/** A link or an image of a Markdown text that points to a file of the repository. */
export interface FileLink {
  readonly line: number;
  /** Without the fragment. */
  readonly target: string;
}

const elsewhere = /^([a-z][a-z0-9+.-]*:|#|\/\/)/i;

/** Links to files: no addresses, no mere fragments, nothing inside of code. */
export function fileLinks(markdown: string): FileLink[] {
  return withoutCode(markdown)
    .split('\n')
    .flatMap((text, index) =>
      targetsOf(text)
        .filter((target) => target !== '' && !elsewhere.test(target))
        .map((target) => ({ line: index + 1, target: target.replace(/#.*$/, '') })),
    );
}

function targetsOf(line: string): string[] {
  const inline = [...line.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g)];
  const definitions = [...line.matchAll(/^\s{0,3}\[[^\]]+\]:\s*<?(\S+?)>?\s*$/g)];
  return [...inline, ...definitions].map((match) => match[1] ?? '');
}

/** Code blanked out, lines kept. */
function withoutCode(markdown: string): string {
  const blank = (code: string) => code.replace(/[^\n]/g, ' ');
  return markdown.replace(/^( {0,3})(```|~~~)[\s\S]*?^\s*\2\s*$/gm, blank).replace(/`[^`\n]*`/g, blank);
}
