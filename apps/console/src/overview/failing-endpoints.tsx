import { unwrap } from '@postel/client';
import { Anchor, Center, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, type ReactNode } from 'react';
import { Link } from 'react-router';
import { useApi, type Answer } from '../api/api-context.js';
import { count } from '../parts/format.js';
import { Section } from '../parts/section.js';
import { sinceOf } from '../parts/since.js';
import { FailureState } from '../parts/states.js';
import { Status } from '../parts/status.js';
import { attentionOf, type Attention } from './attention.js';

const most = 6;

export function FailingEndpoints({ endpoints }: { endpoints: readonly Answer<'Endpoint'>[] }): ReactNode {
  const api = useApi();
  const { data, error, refetch } = useQuery({
    queryKey: ['dead-letters', 'of the day'],
    queryFn: async () => {
      const since = sinceOf('24h', Date.now());
      const query = { limit: 250, ...(since && { since }) };
      return (await unwrap(api.GET('/v1/dead-letters', { params: { query } }))).data;
    },
    refetchInterval: 10_000,
  });
  const found = useMemo(() => data && attentionOf(endpoints, data), [endpoints, data]);
  return (
    <Section title="Endpoints to look at">
      {!found ? (
        error ? (
          <FailureState error={error} onRetry={() => void refetch()} />
        ) : (
          <Skeleton h={120} />
        )
      ) : found.length === 0 ? (
        <Center h={120} c="dimmed">
          <Text size="sm">Every endpoint takes what it is sent.</Text>
        </Center>
      ) : (
        <Stack gap="md">
          {found.slice(0, most).map((attention) => (
            <One key={attention.endpointId} attention={attention} isAtLeast={data?.length === 250} />
          ))}
          {found.length > most && (
            <Anchor component={Link} to="/endpoints" size="sm">
              {count(found.length - most)} more
            </Anchor>
          )}
        </Stack>
      )}
    </Section>
  );
}

function One({ attention, isAtLeast }: { attention: Attention; isAtLeast: boolean }): ReactNode {
  const { endpointId, url, tone, state, why, deadLetters } = attention;
  return (
    <div>
      <Group justify="space-between" wrap="nowrap" align="flex-start" gap="sm">
        <Anchor
          component={Link}
          to={`/endpoints/${endpointId}`}
          size="sm"
          fw={500}
          style={{ overflowWrap: 'anywhere' }}
        >
          {url}
        </Anchor>
        <div style={{ flexShrink: 0 }}>
          <Status tone={tone}>{state}</Status>
        </div>
      </Group>
      <Text size="sm" c="dimmed">
        {why}{' '}
        {deadLetters > 0 && (
          <Anchor
            component={Link}
            to={`/dead-letters?endpointId=${endpointId}&since=24h`}
            size="sm"
            underline="always"
          >
            {isAtLeast && 'At least '}
            {count(deadLetters)} dead {deadLetters === 1 ? 'letter' : 'letters'} in 24 h
          </Anchor>
        )}
      </Text>
    </div>
  );
}
