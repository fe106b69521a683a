import { unwrap } from '@postel/client';
import { Button, Group, Progress, Select, Stack, Text } from '@mantine/core';
import { IconProgress } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useApi, type Answer } from '../api/api-context.js';
import { useList } from '../api/use-list.js';
import { DataTable, type Column } from '../parts/data-table.js';
import { EndpointName } from '../parts/endpoint-name.js';
import { EndpointSelect } from '../parts/endpoint-select.js';
import { count } from '../parts/format.js';
import { isOver, kindWords, stateTones, titleOf } from '../parts/job-words.js';
import { NothingFits } from '../parts/nothing-fits.js';
import { PageHeader } from '../parts/page-header.js';
import { EmptyState } from '../parts/states.js';
import { Status } from '../parts/status.js';
import { TimeAgo } from '../parts/time-ago.js';
import { useSearchFilters } from '../parts/use-search-filters.js';

type Job = Answer<'Job'>;

const columns: readonly Column<Job>[] = [
  { header: 'Job', cell: titleOf },
  { header: 'State', width: 130, cell: ({ state }) => <Status tone={stateTones[state]}>{state}</Status> },
  {
    header: 'Of',
    cell: ({ parameters: { endpointId } }) =>
      endpointId === undefined ? <Text size="sm">all endpoints</Text> : <EndpointName id={endpointId} />,
  },
  { header: 'Progress', width: 200, cell: (job) => <Share job={job} /> },
  { header: 'Asked for', width: 120, align: 'right', cell: ({ createdAt }) => <TimeAgo at={createdAt} /> },
];

const filterNames = ['state', 'kind', 'endpointId'] as const;
const states = Object.keys(stateTones) as Job['state'][];
const kinds = Object.keys(kindWords) as Job['kind'][];

export function Component(): ReactNode {
  const api = useApi();
  const [filters, change] = useSearchFilters(filterNames);
  const list = useList(
    ['jobs', 'list', filters],
    (page) => unwrap(api.GET('/v1/jobs', { params: { query: { ...page, ...queryOf(filters) } } })),
    { refetchIntervalMs: 3_000 },
  );
  const clear = () => change({ state: null, kind: null, endpointId: null });
  const filtered = Object.keys(filters).length > 0;
  return (
    <>
      <PageHeader
        title="Jobs"
        description="Work that takes longer than a request: recovers and large redrives."
      />
      <Stack gap="sm">
        <Filters filters={filters} onChange={change} />
        <DataTable
          caption="Jobs"
          columns={columns}
          list={list}
          rowKey={({ id }) => id}
          rowLink={(job) => ({ to: `/jobs/${job.id}` })}
          empty={filtered ? <NothingFits title="No job fits" onClear={clear} /> : <NoneYet />}
        />
      </Stack>
    </>
  );
}

type JobFilters = Readonly<Partial<Record<(typeof filterNames)[number], string>>>;

/** What somebody wrote into the address, and is none of the API's words, is left out. */
function queryOf({ state, kind, endpointId }: JobFilters) {
  const knownState = states.find((known) => known === state);
  const knownKind = kinds.find((known) => known === kind);
  return {
    ...(knownState && { state: knownState }),
    ...(knownKind && { kind: knownKind }),
    ...(endpointId && { endpointId }),
  };
}

interface FiltersProps {
  readonly filters: JobFilters;
  readonly onChange: (change: Partial<Record<(typeof filterNames)[number], string | null>>) => void;
}

function Filters({ filters, onChange }: FiltersProps): ReactNode {
  return (
    <Group gap="xs" role="search" aria-label="Which jobs">
      <Select
        aria-label="State"
        placeholder="Any state"
        data={states}
        value={filters.state ?? null}
        onChange={(state) => onChange({ state })}
        clearable
        w={150}
      />
      <Select
        aria-label="Kind"
        placeholder="Any kind"
        data={kinds.map((value) => ({ value, label: kindWords[value] }))}
        value={filters.kind ?? null}
        onChange={(kind) => onChange({ kind })}
        clearable
        w={150}
      />
      <EndpointSelect
        label="Endpoint"
        none="All endpoints"
        value={filters.endpointId ?? null}
        onChange={(endpointId) => onChange({ endpointId })}
      />
    </Group>
  );
}

function NoneYet(): ReactNode {
  return (
    <EmptyState
      icon={<IconProgress size={28} aria-hidden />}
      title="No jobs yet"
      action={
        <Button component={Link} to="/recover">
          Recover an endpoint
        </Button>
      }
    >
      When an endpoint is recovered, or more than 1,000 dead letters are redriven, it is here.
    </EmptyState>
  );
}

function Share({ job }: { job: Job }): ReactNode {
  const { done, total } = job.progress;
  const share = job.state === 'succeeded' ? 1 : total ? Math.min(done / total, 1) : 0;
  return (
    <span style={{ display: 'block', width: '100%' }}>
      <Progress
        value={share * 100}
        size="sm"
        aria-label={`Progress of ${titleOf(job)}`}
        {...(isOver(job) ? { color: job.state === 'failed' ? 'red' : 'teal' } : {})}
      />
      <Text size="xs" c="dimmed" className="figure">
        {count(done)}
        {total !== null && ` of ${count(Math.max(done, total))}`}
      </Text>
    </span>
  );
}
