import { unwrap } from '@postel/client';
import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPencil, IconRoute, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { useApi, type Answer } from '../api/api-context.js';
import { CodeBlock } from '../parts/code-block.js';
import { Confirm } from '../parts/confirm.js';
import { PageHeader } from '../parts/page-header.js';
import { Section } from '../parts/section.js';
import { FailureState } from '../parts/states.js';
import { Status } from '../parts/status.js';
import { mayUse, useSession } from '../session/session.js';
import { EditEventType } from './edit-event-type.js';
import { SchemaView } from './schema-view.js';
import { SendTest } from './send-test.js';
import { originWords } from './words.js';

export function Component(): ReactNode {
  const { name = '' } = useParams();
  const api = useApi();
  const { data, error, refetch } = useQuery({
    queryKey: ['event-types', name],
    queryFn: () => unwrap(api.GET('/v1/event-types/{name}', { params: { path: { name } } })),
  });
  return (
    <>
      <PageHeader
        title={name}
        back={{ to: '/event-types', label: 'Event types' }}
        badge={data?.deprecated ? <Status tone="warning">deprecated</Status> : null}
        description={data && (data.description === '' ? originWords[data.origin] : data.description)}
        actions={
          <>
            <Button
              component={Link}
              to={`/explain?type=${encodeURIComponent(name)}`}
              variant="default"
              leftSection={<IconRoute size={15} aria-hidden />}
            >
              Explain
            </Button>
            {data && <ChangeOrDelete type={data} />}
          </>
        }
      />
      {error && <FailureState error={error} onRetry={() => void refetch()} />}
      {data ? <Details type={data} /> : !error && <Skeleton h={360} />}
    </>
  );
}

function ChangeOrDelete({ type }: { type: Answer<'EventType'> }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const session = useSession();
  const [changing, change] = useDisclosure(false);
  const [deleting, remove] = useDisclosure(false);
  if (!mayUse(session, 'AK')) return null;
  const { name } = type;
  return (
    <>
      <Button variant="default" leftSection={<IconPencil size={15} aria-hidden />} onClick={change.open}>
        Change
      </Button>
      <Button variant="default" leftSection={<IconTrash size={15} aria-hidden />} onClick={remove.open}>
        Delete …
      </Button>
      <EditEventType opened={changing} type={type} onClose={change.close} onSaved={change.close} />
      <Confirm
        opened={deleting}
        title={`Delete ${name}?`}
        action="Delete"
        danger
        typed={name}
        onConfirm={async () => {
          await unwrap(api.DELETE('/v1/event-types/{name}', { params: { path: { name } } }));
          await queries.invalidateQueries({ queryKey: ['event-types', 'list'] });
          void navigate('/event-types');
        }}
        onClose={remove.close}
      >
        It is taken out of the catalogue, with its schema and versions. Events of it may still be published;
        then it is listed again as one that was seen.
      </Confirm>
    </>
  );
}

function Details({ type }: { type: Answer<'EventType'> }): ReactNode {
  return (
    <Stack gap="md">
      <Section title="What it says">
        {type.schema ? (
          <SchemaView schema={type.schema} what="the schema" />
        ) : (
          <Text size="sm" c="dimmed">
            It has no schema: anything may be in <code>data.object</code>. The samples show what to expect.
          </Text>
        )}
      </Section>
      <Section title={type.examples.length === 1 ? 'Sample' : 'Samples'}>
        {type.examples.length === 0 ? (
          <Text size="sm" c="dimmed">
            There are none.
          </Text>
        ) : (
          <Stack gap="sm">
            {type.examples.map((example, index) => (
              <CodeBlock
                key={index}
                text={JSON.stringify({ type: type.name, data: { object: example } }, null, 2)}
                what={`the sample ${index + 1}`}
              />
            ))}
          </Stack>
        )}
      </Section>
      {type.versions.length > 0 && <Versions versions={type.versions} />}
      <Section title="Try it">
        <SendTest type={type.name} />
      </Section>
    </Stack>
  );
}

function Versions({ versions }: { versions: Answer<'EventType'>['versions'] }): ReactNode {
  return (
    <Section title="Payload versions">
      <Stack gap="md">
        {versions.map(({ name, description, transform, schema }) => (
          <Stack key={name} gap="xs">
            <Text size="sm" fw={500}>
              {name}
              {description && (
                <Text span c="dimmed" size="sm" fw={400}>
                  {' '}
                  {description}
                </Text>
              )}
            </Text>
            <CodeBlock text={transform} what={`the transform of ${name}`} />
            {schema && <SchemaView schema={schema} what={`the schema of ${name}`} />}
          </Stack>
        ))}
      </Stack>
    </Section>
  );
}
