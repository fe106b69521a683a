/** Writes deploy/grafana/dashboards anew: `node tools/dashboards/dist/generate.js`, after a build. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dashboardFiles, dashboardsDir } from './dashboard-files.js';

await mkdir(dashboardsDir, { recursive: true });
for (const [name, content] of dashboardFiles()) {
  await writeFile(join(dashboardsDir, name), content);
  console.log(`deploy/grafana/dashboards/${name}`);
}
