/**
 * Draws docs/pictures/dashboard-*.svg from a recording of a real run, since no Grafana is at hand to do it:
 *
 *   POSTEL_DASHBOARD_RECORDING=$PWD/recording.json npm test -- apps/e2e/src/dashboards.int.spec.ts
 *   node tools/dashboards/dist/draw-pictures.js recording.json
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pictureFile, picturesDir } from './dashboard-files.js';
import { dashboards } from './dashboards/all.js';
import { pictureOf } from './pictures/picture.js';
import { type Recording } from './pictures/recording.js';

const [recordingFile] = process.argv.slice(2);
if (recordingFile === undefined)
  throw new Error('Which recording? It is written by the tests of the dashboards.');
const recording = JSON.parse(await readFile(recordingFile, 'utf8')) as Recording;
await mkdir(picturesDir, { recursive: true });
for (const [file, dashboard] of Object.entries(dashboards)) {
  const name = pictureFile(file);
  await writeFile(join(picturesDir, name), pictureOf(dashboard, recording));
  console.log(`docs/pictures/${name}`);
}
