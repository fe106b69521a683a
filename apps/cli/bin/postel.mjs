#!/usr/bin/env node
import { existsSync } from 'node:fs';

// in a checkout what was compiled last, by `npm start` too; in the package there is the bundle alone
const programs = ['../dist/compiled/main.js', '../dist/bundle/main.js'].map(
  (path) => new URL(path, import.meta.url),
);
const main = programs.find((url) => existsSync(url));
if (main) {
  await import(main.href);
} else {
  console.error('postel is not built yet: run `npm run build` in its checkout, once.');
  process.exitCode = 1;
}
