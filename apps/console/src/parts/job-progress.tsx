import { unwrap } from '@postel/client';
import { Button, Group, Progress, Skeleton, Stack, Text } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useApi, type Answer } from '../api/api-context.js';
import { count } from './format.js';
import { isOver, stateTones, waitingWords } from './job-words.js';
import { FailureState } from './states.js';
import { Status } from './status.js';

type Job = Answer<'Job'>;

const askAgainMs = 1_000;

/** Asks until it is over. */
export function useJob(id: string) {
  const api = useApi();
  return useQuery({
    queryKey: ['jobs', id],
    queryFn: () => unwrap(api.GET('/v1/jobs/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : askAgainMs),
  });
}

/** How far a job has come, as it goes on, and what can be done about it. */
export function JobProgress({ id }: { id: string }): ReactNode {
  const { data: job, error, refetch } = useJob(id);
  if (!job) {
    return error ? (
      <FailureState error={error} onRetry={() => void refetch()} />
    ) : (
      <Skeleton h={111} role="status" aria-label="Loading" />
    );
  }
  const { done, total, deliveries, failed } = job.progress;
  return (
    <Stack gap="xs">
      <Group justify="space-between" mih={32}>
        <span role="status">
          <Status tone={stateTones[job.state]}>{job.state}</Status>
        </span>
        <PauseOrResume job={job} />
      </Group>
      <Bar job={job} />
      <Text size="sm" className="figure">
        {count(done)}
        {total !== null && ` of ${count(Math.max(total, done))}`} looked at, {count(deliveries)}{' '}
        {deliveries === 1 ? 'delivery' : 'deliveries'} made or reopened
        {failed > 0 && `, nothing could be done for ${count(failed)}`}
      </Text>
      <Text size="sm" c="dimmed" mih={20}>
        {job.error ?? (job.waitingFor === null ? null : waitingWords[job.waitingFor])}
      </Text>
    </Stack>
  );
}

function Bar({ job: { state, progress } }: { job: Job }): ReactNode {
  const { done, total } = progress;
  const share = state === 'succeeded' ? 1 : total === null || total === 0 ? 0 : Math.min(done / total, 1);
  return (
    <Progress
      value={share * 100}
      aria-label="Progress of the job"
      color={state === 'failed' ? 'red' : state === 'succeeded' ? 'teal' : 'accent'}
      size="md"
    />
  );
}

function PauseOrResume({ job }: { job: Job }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const params = { params: { path: { id: job.id } } };
  const changing = useMutation({
    mutationFn: (verb: 'pause' | 'resume') =>
      unwrap(
        verb === 'pause' ? api.POST('/v1/jobs/{id}/pause', params) : api.POST('/v1/jobs/{id}/resume', params),
      ),
    onSuccess: (changed) => {
      queries.setQueryData(['jobs', job.id], changed);
      void queries.invalidateQueries({ queryKey: ['jobs'] });
    },
  });
  if (isOver(job) || job.kind === 'tenant_erasure') return null;
  const paused = job.state === 'paused';
  return (
    <Stack gap="xs" align="flex-end">
      <Button
        variant="default"
        loading={changing.isPending}
        leftSection={
          paused ? <IconPlayerPlay size={14} aria-hidden /> : <IconPlayerPause size={14} aria-hidden />
        }
        onClick={() => changing.mutate(paused ? 'resume' : 'pause')}
      >
        {paused ? 'Resume' : 'Pause'}
      </Button>
      {changing.error && <FailureState error={changing.error} />}
    </Stack>
  );
}
