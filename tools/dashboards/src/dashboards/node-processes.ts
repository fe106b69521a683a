import { ofPostel } from '../house/expressions.js';
import { graph } from '../house/graph.js';

const third = { width: 8, height: 8 };

const perProcess = '{{job}} {{instance}}';

export const nodeProcesses = [
  graph(
    {
      title: 'CPU',
      description: 'Cores that each process uses. One at 1 has its event loop full: add a replica.',
      unit: 'none',
      ...third,
      levels: { good: 0, warning: 0.9 },
    },
    [{ expr: ofPostel('rate(process_cpu_seconds_total[$__rate_interval])'), legend: perProcess }],
  ),
  graph(
    {
      title: 'Event loop, p99',
      description:
        'How late timers and answers come because something else is being done. Above 0.5 s probes begin to fail.',
      unit: 's',
      ...third,
      levels: { good: 0, warning: 0.2, bad: 0.5 },
    },
    [{ expr: ofPostel('nodejs_eventloop_lag_p99_seconds'), legend: perProcess }],
  ),
  graph(
    {
      title: 'Collecting garbage',
      description: 'Share of the time. Above a tenth the process has too little memory for what it holds.',
      unit: 'percentunit',
      ...third,
      levels: { good: 0, warning: 0.1 },
    },
    [
      {
        expr: `sum by (job, instance) (${ofPostel('rate(nodejs_gc_duration_seconds_sum[$__rate_interval])')})`,
        legend: perProcess,
      },
    ],
  ),
  graph(
    {
      title: 'Memory',
      description:
        'Resident. Endpoints are held in memory: some 100,000 of them are normal growth; a line that rises for days is not.',
      unit: 'bytes',
      ...third,
    },
    [{ expr: ofPostel('process_resident_memory_bytes'), legend: perProcess }],
  ),
  graph(
    {
      title: 'Heap',
      description:
        'JavaScript’s own part of the memory. Near its limit (--max-old-space-size) the process ends.',
      unit: 'bytes',
      ...third,
    },
    [{ expr: ofPostel('nodejs_heap_size_used_bytes'), legend: perProcess }],
  ),
  graph(
    {
      title: 'Open files and sockets',
      description:
        'Of what the system allows. A deliverer holds a socket for each request and each endpoint it keeps alive.',
      unit: 'percentunit',
      ...third,
      levels: { good: 0, warning: 0.7, bad: 0.9 },
    },
    [{ expr: ofPostel('process_open_fds / process_max_fds'), legend: perProcess }],
  ),
];
