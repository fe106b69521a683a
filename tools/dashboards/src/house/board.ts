import { type Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  AdHocVariableBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  RowBuilder,
  TextBoxVariableBuilder,
  type Dashboard,
  type Panel,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { addresses } from './panel.js';
import { prometheus } from './sources.js';

export interface Board {
  readonly name: keyof typeof addresses;
  readonly title: string;
  readonly description: string;
  /** How far back it begins to look. */
  readonly from: string;
  readonly refresh: string;
  readonly variables: readonly Builder<VariableModel>[];
  readonly rows: readonly Row[];
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Builder<Panel>[];
}

const tag = 'postel';

export function dashboardOf(board: Board): Dashboard {
  const builder = new DashboardBuilder(board.title)
    .uid(addresses[board.name])
    .description(board.description)
    .tags([tag])
    .timezone('browser')
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: board.from, to: 'now' })
    .refresh(board.refresh)
    .variables([...board.variables, docs])
    .link(others);
  for (const { title, panels } of board.rows) {
    builder.withRow(new RowBuilder(title));
    for (const panel of panels) builder.withPanel(panel);
  }
  return numbered(builder.build());
}

/** Panels by their place, so that their addresses stay the same until somebody moves them. */
function numbered(dashboard: Dashboard): Dashboard {
  dashboard.panels?.forEach((panel, index) => (panel.id = index + 1));
  // the SDK hides links in a menu, and offers no other place
  for (const link of dashboard.links ?? []) delete (link as Partial<typeof link>).placement;
  return dashboard;
}

const others = new DashboardLinkBuilder('Postel')
  .type(DashboardLinkType.Dashboards)
  .tags([tag])
  .keepTime(true);

/** The same as `runbook_base` of the alerts. */
const docs = new TextBoxVariableBuilder('docs')
  .label('Docs at')
  .description('What stands before docs/how-to/runbooks/…, with its slash: where your people read the docs.')
  .defaultValue('');

/** Where several fleets are scraped by one Prometheus: `namespace = production`, for every panel at once. */
export const filters = new AdHocVariableBuilder('filters').label('Only').datasource(prometheus);
