/**
 * Makes of what tsc compiled one program that needs no other package: `npx postel` installs one tarball, and starts in a
 * fraction of the time that it takes to load hundreds of files. What is seldom needed (NATS, PostgreSQL: `send --nats`,
 * `doctor`) is a chunk of its own.
 */
import { build } from 'esbuild';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const outdir = join(here, 'dist', 'bundle');
/** Of pg, which does without. */
const optional = ['pg-native', 'pg-cloudflare'];
rmSync(outdir, { recursive: true, force: true });

const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: ['dist/compiled/main.js'],
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  minifySyntax: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  // of the services, not of this: what imports them is left out, as unused, but looked at first
  external: [
    ...optional,
    '@nestjs/*',
    '@opentelemetry/*',
    'typeorm',
    'pino',
    'prom-client',
    'reflect-metadata',
    'rxjs',
  ],
  // packages in CommonJS ask for modules of Node by require
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});

// a part that only an unused one would load is made all the same
const outputs = reachable('dist/bundle/main.js');
for (const path of Object.keys(metafile.outputs)) if (!outputs.has(path)) rmSync(join(here, path));
const needed = [...outputs]
  .flatMap((path) => metafile.outputs[path].imports)
  .filter(({ path, external }) => external && !isBuiltin(path) && !optional.includes(path));
if (needed.length > 0) {
  console.error(
    `The bundle would need ${[...new Set(needed.map(({ path }) => path))].join(', ')} beside it.`,
  );
  process.exit(1);
}
const inputs = [...outputs].flatMap((path) => Object.keys(metafile.outputs[path].inputs));
writeFileSync(join(outdir, 'THIRD-PARTY-LICENSES.txt'), licenses(inputs));

function reachable(path, seen = new Set()) {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const { path: next, external } of metafile.outputs[path].imports) if (!external) reachable(next, seen);
  return seen;
}

/** Of each package that went in: its name, its version and its licence, as those ask for. */
function licenses(inputs) {
  const directories = new Set(
    inputs.map((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]).filter(Boolean),
  );
  return [...directories]
    .sort()
    .map((directory) => {
      const { name, version, license } = JSON.parse(
        readFileSync(join(here, directory, 'package.json'), 'utf8'),
      );
      return `${name} ${version} (${license})\n\n${licenseText(join(here, directory))}`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}

function licenseText(directory) {
  for (const name of [
    'LICENSE',
    'LICENSE.md',
    'LICENSE.txt',
    'license',
    'license.md',
    'License',
    'LICENCE',
  ]) {
    try {
      return readFileSync(join(directory, name), 'utf8');
    } catch {
      // another name
    }
  }
  return '(no text in the package)\n';
}
