import { unwrap } from '@postel/client';
import { Button, Grid, Group, Skeleton, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useApi } from '../api/api-context.js';
import { Confirm } from '../parts/confirm.js';
import { Id } from '../parts/copy.js';
import { PageHeader, type PageHeaderProps } from '../parts/page-header.js';
import { Section } from '../parts/section.js';
import { FailureState } from '../parts/states.js';
import { ChangeSecrets } from './change-secrets.js';
import { providers, type Source } from './providers.js';
import { SetUp } from './set-up.js';
import { SourceSettings } from './source-settings.js';
import { SourceStatus } from './source-status.js';

const back = { to: '/sources', label: 'Sources' } as const;

export function Component(): ReactNode {
  const { id = '' } = useParams();
  const api = useApi();
  const { data, error, refetch } = useQuery({
    queryKey: ['sources', 'one', id],
    queryFn: () => unwrap(api.GET('/v1/sources/{id}', { params: { path: { id } } })),
  });
  return (
    <>
      <PageHeader back={back} {...(data ? headerOf(data) : { title: 'Source' })} />
      {data ? (
        <OneSource source={data} />
      ) : error ? (
        <FailureState error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton h={320} />
      )}
    </>
  );
}

function headerOf(source: Source): PageHeaderProps {
  const { id, name, provider, status } = source;
  return {
    title: name,
    badge: <SourceStatus status={status} />,
    description: (
      <Group gap="xs">
        <span>{providers[provider].name}</span>
        <Id value={id} what="the id of the source" />
      </Group>
    ),
    actions: <Actions source={source} />,
  };
}

function OneSource({ source }: { source: Source }): ReactNode {
  const { provider } = source;
  return (
    <Grid gap="md">
      <Grid.Col span={{ base: 12, md: 6 }}>
        <Section title={`At ${providers[provider].name}`}>
          <SetUp source={source} />
        </Section>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 6 }}>
        <Stack gap="md">
          <SourceSettings source={source} />
          <ChangeSecrets source={source} />
        </Stack>
      </Grid.Col>
    </Grid>
  );
}

function Actions({ source: { id, name, status } }: { source: Source }): ReactNode {
  const [deleting, { open, close }] = useDisclosure(false);
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const params = { path: { id } };
  const switching = useMutation({
    mutationFn: () =>
      unwrap(
        api.PATCH('/v1/sources/{id}', {
          params,
          body: { status: status === 'active' ? 'disabled' : 'active' },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['sources'] }),
  });
  const remove = async () => {
    await unwrap(api.DELETE('/v1/sources/{id}', { params }));
    await navigate('/sources');
    queries.removeQueries({ queryKey: ['sources', 'one', id] });
    await queries.invalidateQueries({ queryKey: ['sources'] });
  };
  return (
    <>
      <Button variant="default" onClick={() => switching.mutate()} loading={switching.isPending}>
        {status === 'active' ? 'Disable' : 'Enable'}
      </Button>
      <Button variant="default" c="var(--postel-bad)" onClick={open}>
        Delete
      </Button>
      <Confirm
        opened={deleting}
        onClose={close}
        onConfirm={remove}
        title={`Delete source ${name}`}
        action="Delete the source"
        typed={name}
        danger
      >
        Its address answers 404 from then on, and its secrets are gone. What came in by it stays.
      </Confirm>
      {switching.error && <FailureState error={switching.error} />}
    </>
  );
}
