#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  console.error('postel is not built yet: run `npm run build` in its checkout, once.');
  process.exitCode = 1;
}
