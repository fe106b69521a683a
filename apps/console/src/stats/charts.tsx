import { AreaChart, BarChart, LineChart } from '@mantine/charts';
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ChartSection } from './chart-section.js';
import {
  errorRows,
  kindLabel,
  kindsOf,
  latencyRows,
  rateRows,
  show,
  volumeRows,
  type Series,
} from './series.js';

interface OfSeries {
  readonly series: Series;
}

const height = 220;
/** Figures come again each half minute: what would move then, does not. */
const still = { isAnimationActive: false } as const;
/** The table is for who does not point at it. */
const notByKeyboard = { accessibilityLayer: false } as const;
/** Where no legend is above it, the highest number needs room for its upper half. */
const belowTitle = { top: 12 } as const;
/** In the order in which they are drawn. */
const legend = { withLegend: true, legendProps: { itemSorter: null } } as const;
const axes = {
  h: height,
  dataKey: 'at',
  tickLine: 'none',
  gridAxis: 'x',
  strokeDasharray: '3 3',
  textColor: 'var(--postel-muted)',
  xAxisProps: { minTickGap: 40, tickMargin: 8 },
  yAxisProps: { width: 56, tickMargin: 6 },
} as const;

export function RateChart({ series: { points, period } }: OfSeries): ReactNode {
  const rows = rateRows(points, period);
  return (
    <ChartSection
      title="Success rate"
      rows={rows}
      columns={[{ name: 'rate', label: 'Succeeded', show: show.rate }]}
      isEmpty={points.every(({ successRate }) => successRate === null)}
    >
      <AreaChart
        {...axes}
        data={rows}
        series={[{ name: 'rate', label: 'Succeeded', color: 'teal.6' }]}
        valueFormatter={show.rate}
        yAxisProps={{ ...axes.yAxisProps, domain: [0, 1], ticks: [0, 0.25, 0.5, 0.75, 1] }}
        areaProps={still}
        areaChartProps={{ ...notByKeyboard, margin: belowTitle }}
        curveType="linear"
        connectNulls={false}
        withDots={points.filter(({ successRate }) => successRate !== null).length < 8}
        fillOpacity={0.15}
      />
    </ChartSection>
  );
}

export function VolumeChart({ series: { points, period } }: OfSeries): ReactNode {
  const rows = volumeRows(points, period);
  return (
    <ChartSection
      title="Deliveries"
      rows={rows}
      columns={[
        { name: 'succeeded', label: 'Succeeded', show: show.count },
        { name: 'failed', label: 'Failed', show: show.count },
        { name: 'waiting', label: 'Waiting', show: show.count },
      ]}
      isEmpty={points.every(({ totalDeliveries }) => totalDeliveries === 0)}
    >
      <BarChart
        {...axes}
        data={rows}
        type="stacked"
        {...legend}
        series={[
          { name: 'succeeded', label: 'Succeeded', color: 'teal.6' },
          { name: 'failed', label: 'Failed', color: 'red.6' },
          { name: 'waiting', label: 'Waiting', color: 'gray.5' },
        ]}
        valueFormatter={show.count}
        barProps={still}
        barChartProps={notByKeyboard}
        maxBarWidth={24}
      />
    </ChartSection>
  );
}

export function LatencyChart({ series: { points, period } }: OfSeries): ReactNode {
  const rows = latencyRows(points, period);
  const lines = [
    { name: 'p50', label: 'p50', color: 'teal.6' },
    { name: 'p95', label: 'p95', color: 'accent.5', strokeDasharray: '6 3' },
    { name: 'p99', label: 'p99', color: 'orange.6', strokeDasharray: '2 3' },
  ];
  return (
    <ChartSection
      title="Response times"
      rows={rows}
      columns={lines.map(({ name, label }) => ({ name, label, show: show.time }))}
      isEmpty={points.every(({ p50ResponseTime }) => p50ResponseTime === null)}
    >
      <LineChart
        {...axes}
        data={rows}
        {...legend}
        series={lines}
        valueFormatter={show.time}
        lineProps={still}
        lineChartProps={notByKeyboard}
        curveType="linear"
        connectNulls={false}
        withDots={points.filter(({ p50ResponseTime }) => p50ResponseTime !== null).length < 8}
      />
    </ChartSection>
  );
}

const errorColours = ['red.6', 'orange.5', 'grape.5', 'blue.5', 'gray.5'];

export function ErrorsChart({ series: { points, period } }: OfSeries): ReactNode {
  const rows = errorRows(points, period);
  const kinds = kindsOf(points);
  return (
    <ChartSection
      title="Failed attempts by kind"
      rows={rows}
      columns={kinds.map(({ kind }) => ({ name: kind, label: kindLabel(kind), show: show.count }))}
      isEmpty={kinds.length === 0}
      empty={<Text size="sm">No attempt failed.</Text>}
    >
      <BarChart
        {...axes}
        data={rows}
        type="stacked"
        {...legend}
        series={kinds.map(({ kind, total }, index) => ({
          name: kind,
          label: `${kindLabel(kind)} (${show.count(total)})`,
          color: errorColours[index] ?? 'gray.5',
        }))}
        valueFormatter={show.count}
        barProps={still}
        barChartProps={notByKeyboard}
        maxBarWidth={24}
      />
    </ChartSection>
  );
}
