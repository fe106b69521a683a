import { unwrap } from '@postel/client';
import { Button, Code, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useApi, type Answer } from '../api/api-context.js';
import { useList } from '../api/use-list.js';
import { actorOf } from '../parts/actor.js';
import { Section } from '../parts/section.js';
import { FailureState, RowSkeletons } from '../parts/states.js';
import { TimeAgo } from '../parts/time-ago.js';

type Change = Answer<'EndpointChangePage'>['data'][number];

const inWords: Readonly<Record<string, string>> = {
  'endpoint.created': 'Created',
  'endpoint.updated': 'Changed',
  'endpoint.paused': 'Paused',
  'endpoint.enabled': 'Enabled',
  'endpoint.disabled': 'Disabled',
  'endpoint.secret_rotated': 'Secret rotated',
  'endpoint.secret_revealed': 'Secret revealed',
  'endpoint.headers_sealed': 'Headers encrypted',
  'endpoint.deleted': 'Deleted',
};

/** Who changed what, and when. */
export function EndpointHistory({ endpointId }: { endpointId: string }): ReactNode {
  const api = useApi();
  const list = useList(
    ['endpoints', endpointId, 'history'],
    (query) => unwrap(api.GET('/v1/endpoints/{id}/history', { params: { path: { id: endpointId }, query } })),
    { limit: 10 },
  );
  return (
    <Section title="History">
      {list.isLoading && <RowSkeletons rows={3} />}
      {list.error && <FailureState error={list.error} onRetry={list.refetch} />}
      <Stack gap="sm" component="ol" style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {list.items.map((change) => (
          <li key={`${change.at} ${change.fact}`}>
            <Entry change={change} />
          </li>
        ))}
      </Stack>
      {list.hasMore && (
        <Button variant="subtle" color="gray" mt="sm" onClick={list.loadMore} loading={list.isLoadingMore}>
          Show more
        </Button>
      )}
    </Section>
  );
}

function Entry({ change: { fact, actor, at, changes } }: { change: Change }): ReactNode {
  const { name, id } = actorOf(actor);
  const shown = fact === 'endpoint.created' ? [] : Object.entries(changes);
  return (
    <>
      <Text size="sm">
        <Text span fw={500}>
          {inWords[fact] ?? fact}
        </Text>{' '}
        <Text span c="dimmed">
          by {name}
          {id !== null && (
            <>
              {' '}
              <Text span ff="monospace" size="xs">
                {id}
              </Text>
            </>
          )}
          , <TimeAgo at={at} />
        </Text>
      </Text>
      {shown.map(([field, { before, after }]) => (
        <Text key={field} size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {field}: <Code>{JSON.stringify(before)}</Code> → <Code>{JSON.stringify(after)}</Code>
        </Text>
      ))}
    </>
  );
}
