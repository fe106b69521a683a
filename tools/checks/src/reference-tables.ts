import type { Setting } from '@postel/config';
import { errorCodes } from '@postel/contracts';
import { documentedMetrics } from './metric-sources.js';
import {
  consoleServer,
  serviceNames,
  servicePorts,
  settingGroups,
  settingsReaders,
  type SettingsReader,
} from './services.js';

/** Defaults that differ from service to service stand in a table of their own. */
const perService: Readonly<Record<string, string>> = {
  POSTEL_PORT: 'see the ports below',
  POSTEL_METRICS_PORT: 'see the ports below',
};

export function settingsTable(): string {
  const rows = settingGroups.flatMap(({ settings, services, table }) =>
    table
      ? []
      : Object.values(settings).map((setting) => [
          `\`${setting.variable}\``,
          defaultOf(setting),
          readBy(services),
          meaningOf(setting),
        ]),
  );
  return table(['Variable', 'Default', 'Read by', 'Meaning'], rows);
}

/** OpenTelemetry’s own. */
export function tracingTable(): string {
  const groups = settingGroups.filter(({ table }) => table === 'tracing');
  const rows = groups.flatMap(({ settings }) =>
    Object.values(settings).map((setting) => [
      `\`${setting.variable}\``,
      defaultOf(setting),
      meaningOf(setting),
    ]),
  );
  return table(['Variable', 'Default', 'Meaning'], rows);
}

function meaningOf({ secret, description }: Setting<unknown>): string {
  return secret ? `${description} Secret: never logged.` : description;
}

export function portsTable(): string {
  return table(
    ['Service', '`POSTEL_PORT`', '`POSTEL_METRICS_PORT`'],
    settingsReaders.map((name) => [name, String(servicePorts[name].api), String(servicePorts[name].metrics)]),
  );
}

export function errorsTable(): string {
  const rows = Object.entries(errorCodes).map(([code, { status, title }]) => [
    `\`${code}\``,
    String(status),
    title,
  ]);
  return table(['Code', 'Status', 'Title'], rows);
}

export function metricsTable(): string {
  const rows = documentedMetrics().map(({ name, type, labels, services, help }) => [
    `\`${name}\``,
    type,
    labels.map((label) => `\`${label}\``).join(', '),
    readBy(services),
    help,
  ]);
  return table(['Metric', 'Type', 'Labels', 'Told by', 'Meaning'], rows);
}

function defaultOf({ variable, defaultText, schema }: Setting<unknown>): string {
  const text = perService[variable] ?? defaultText;
  const parts = [
    ...(schema.safeParse(undefined).success ? [] : ['required']),
    ...(text === '' ? [] : [text]),
  ];
  return parts.join('; ') || 'none';
}

function readBy(services: readonly SettingsReader[]): string {
  const others = services.filter((name) => name === consoleServer);
  const isOfAll = services.length - others.length === serviceNames.length;
  return (isOfAll ? ['all', ...others] : services).join(', ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function escaped(cell: string): string {
  return cell.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
