import { unwrap } from '@postel/client';
import { Alert, Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { useApi, type Answer } from '../api/api-context.js';
import { count } from '../parts/format.js';
import { FailureState } from '../parts/states.js';

export interface ErasureProps {
  readonly jobId: string;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** How far the erasure of a deleted tenant has come. Until it has ended its name cannot be given again. */
export function Erasure({ jobId, onDone, onClose }: ErasureProps): ReactNode {
  const api = useApi();
  const { data, error, refetch } = useQuery({
    queryKey: ['jobs', jobId],
    queryFn: () => unwrap(api.GET('/v1/jobs/{id}', { params: { path: { id: jobId } } })),
    refetchInterval: ({ state }) => (state.data?.completedAt ? false : 1_000),
  });
  const isDone = data?.completedAt != null;
  useEffect(() => {
    if (isDone) onDone();
    // when it ends, once
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isDone]);
  if (error && !data) return <FailureState error={error} onRetry={() => void refetch()} />;
  return (
    <Alert
      color={data?.state === 'failed' ? 'red' : isDone ? 'teal' : 'blue'}
      variant="light"
      role="status"
      title={data ? titleOf(data) : 'Erasing a tenant'}
      withCloseButton
      closeButtonLabel="Close"
      onClose={onClose}
    >
      <Stack gap="xs">
        <Text size="sm">{data ? textOf(data) : 'Asking how far it has come …'}</Text>
        {!isDone && <Progress value={100} animated aria-label="Erasing" />}
      </Stack>
    </Alert>
  );
}

type Job = Answer<'Job'>;

function titleOf({ tenant, state }: Job): string {
  if (state === 'succeeded') return `All that ${tenant} had is erased`;
  if (state === 'failed') return `The erasure of ${tenant} failed`;
  return `Tenant ${tenant} is deleted; what it had is being erased`;
}

function textOf({ progress, error, completedAt }: Job): string {
  const rows = `${count(progress.done)} rows so far`;
  if (error !== null) return error;
  if (completedAt !== null)
    return `${count(progress.done)} rows. The name may be given to another tenant now.`;
  return `${rows}. Its credentials are refused from the first moment on; this goes on when you leave the page.`;
}
