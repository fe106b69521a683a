import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const compressible = /\.(js|css|svg|html)$/;
/** Below it, what is saved is less than a packet. */
const worthBytes = 1024;

const asBrotli = promisify(brotliCompress);
const asGzip = promisify(gzip);

/** Writes `.br` and `.gz` beside each file, so that nothing is compressed while it is served. */
export function precompress(): Plugin {
  let directory = '';
  return {
    name: 'postel-precompress',
    apply: 'build',
    configResolved(config) {
      directory = join(config.root, config.build.outDir);
    },
    async closeBundle() {
      const names = await readdir(directory, { recursive: true }).catch(() => []);
      await Promise.all(
        names.filter((name) => compressible.test(name)).map((name) => compress(join(directory, name))),
      );
    },
  };
}

async function compress(file: string): Promise<void> {
  const source = await readFile(file);
  if (source.length < worthBytes) return;
  // 11 takes four times as long as 9, and the first start of a newcomer waits for it
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: source.length };
  await Promise.all([
    asBrotli(source, { params }).then((bytes) => writeFile(`${file}.br`, bytes)),
    asGzip(source, { level: 9 }).then((bytes) => writeFile(`${file}.gz`, bytes)),
  ]);
}
