import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Plugin, Rolldown } from 'vite';

type Bundle = Rolldown.OutputBundle;

/** Fonts are compressed as they are, and a browser fetches the subset that a text needs: for ours, Latin. */
const firstFont = /inter-latin-wght-normal/;

/** Fails the build when what a browser loads before the first page is there is more than `maxBytes`, compressed. */
export function firstLoad({ maxBytes }: { maxBytes: number }): Plugin {
  return {
    name: 'postel-first-load',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const files = filesOfFirstLoad(bundle);
      const sizeBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
      const told = files.map(({ name, bytes }) => `  ${String(bytes).padStart(8)}  ${name}`).join('\n');
      const line = `the first load is ${Math.ceil(sizeBytes / 1024)} KiB compressed, of ${maxBytes / 1024} allowed`;
      if (sizeBytes > maxBytes) this.error(`${line}:\n${told}`);
      this.info(line);
    },
  };
}

function filesOfFirstLoad(bundle: Bundle): { name: string; bytes: number }[] {
  const names = new Set<string>();
  const visit = (name: string) => {
    const chunk = bundle[name];
    if (names.has(name) || chunk?.type !== 'chunk') return;
    names.add(name);
    for (const css of chunk.viteMetadata?.importedCss ?? []) names.add(css);
    chunk.imports.forEach(visit);
  };
  for (const output of Object.values(bundle))
    if (output.type === 'chunk' && output.isEntry) visit(output.fileName);
  const fonts = Object.keys(bundle).filter((name) => firstFont.test(name));
  return [...names, ...fonts].map((name) => ({ name, bytes: sentBytes(name, bundle) }));
}

function sentBytes(name: string, bundle: Bundle): number {
  const output = bundle[name];
  if (!output) return 0;
  const source = Buffer.from(output.type === 'chunk' ? output.code : output.source);
  if (name.endsWith('.woff2')) return source.length;
  // the larger of the two, whatever a browser takes
  return Math.max(gzipSync(source).length, brotliCompressSync(source).length);
}
