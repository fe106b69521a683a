import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dashboards } from './dashboards/all.js';

export const repositoryRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** Flat: Kubernetes makes one ConfigMap of all files in it. */
export const dashboardsDir = join(repositoryRoot, 'deploy', 'grafana', 'dashboards');

/** Drawn of a run, by hand (draw-pictures.ts): the run is not to be had again. */
export const picturesDir = join(repositoryRoot, 'docs', 'pictures');

/** @param name of the dashboard’s file */
export function pictureFile(name: string): string {
  return name.replace(/^postel-(.*)\.json$/, 'dashboard-$1.svg');
}

/** What the files must hold, by name. */
export function dashboardFiles(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(dashboards).map(([name, dashboard]) => [name, `${JSON.stringify(dashboard, null, 2)}\n`]),
  );
}
