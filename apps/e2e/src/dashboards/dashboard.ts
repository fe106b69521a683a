import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../harness/child-process.js';

const dashboardsDir = join(repositoryRoot, 'deploy', 'grafana', 'dashboards');

/** What Grafana reads of a file, so far as it asks data sources. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly targets?: readonly Target[];
}

export interface Variable {
  readonly type: string;
  readonly name: string;
  readonly query?: string;
  readonly datasource?: { readonly type: string };
}

export interface Target {
  readonly refId: string;
  readonly datasource: { readonly type: string };
  readonly expr?: string;
  readonly instant?: boolean;
  readonly rawSql?: string;
  readonly format?: string;
}

export function readDashboards(): readonly Dashboard[] {
  return readdirSync(dashboardsDir)
    .sort()
    .map((name) => JSON.parse(readFileSync(join(dashboardsDir, name), 'utf8')) as Dashboard);
}

/** One question of a panel. */
export interface PanelQuery {
  readonly uid: string;
  readonly panelId: number;
  readonly panel: string;
  readonly target: Target;
}

export function queriesOf({ uid, panels }: Dashboard): PanelQuery[] {
  return panels.flatMap(({ id, title, targets = [] }) =>
    targets.map((target) => ({ uid, panelId: id, panel: title, target })),
  );
}
