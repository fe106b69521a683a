import { Anchor, Skeleton, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import type { Answer } from '../api/api-context.js';
import { Id } from '../parts/copy.js';
import { DescriptionList } from '../parts/description-list.js';
import { EndpointName } from '../parts/endpoint-name.js';
import { duration } from '../parts/format.js';
import { JobProgress, useJob } from '../parts/job-progress.js';
import { titleOf } from '../parts/job-words.js';
import { PageHeader } from '../parts/page-header.js';
import { Section } from '../parts/section.js';
import { FailureState } from '../parts/states.js';
import { TimeAgo } from '../parts/time-ago.js';

export function Component(): ReactNode {
  const { id = '' } = useParams();
  const { data: job, error, refetch } = useJob(id);
  return (
    <>
      <PageHeader title={job ? titleOf(job) : 'Job'} back={{ to: '/jobs', label: 'Jobs' }} />
      {error && !job && <FailureState error={error} onRetry={() => void refetch()} />}
      {job ? (
        <Stack gap="md">
          <Section title="Progress">
            <JobProgress id={id} />
          </Section>
          <Section title="What was asked for">
            <DescriptionList items={itemsOf(job)} />
          </Section>
        </Stack>
      ) : (
        !error && <Skeleton h={200} />
      )}
    </>
  );
}

function itemsOf(job: Answer<'Job'>): (readonly [string, ReactNode])[] {
  const { endpointId, since, until, reason, eventId } = job.parameters;
  const took = job.completedAt && Date.parse(job.completedAt) - Date.parse(job.createdAt);
  return [
    ['Job', <Id key="id" value={job.id} what="the id of the job" />],
    ...(endpointId
      ? ([
          [
            'Endpoint',
            <Anchor
              key="endpoint"
              component={Link}
              to={`/endpoints/${endpointId}`}
              underline="always"
              size="sm"
            >
              <EndpointName id={endpointId} />
            </Anchor>,
          ],
        ] as const)
      : []),
    ...(reason ? ([['Reason', reason]] as const) : []),
    ...(eventId ? ([['Event', <Id key="event" value={eventId} what="the id of the event" />]] as const) : []),
    ...(since ? ([['Since', new Date(since).toLocaleString()]] as const) : []),
    ...(until ? ([['Until', new Date(until).toLocaleString()]] as const) : []),
    ['Asked for', <TimeAgo key="created" at={job.createdAt} />],
    ...(took ? ([['Took', duration(took)]] as const) : []),
  ];
}
