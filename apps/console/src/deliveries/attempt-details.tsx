import { Accordion, Button, Group, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { IconCheck, IconTerminal2 } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Answer } from '../api/api-context.js';
import { JsonBlock } from '../parts/code-block.js';
import { useCopy } from '../parts/use-copy.js';
import { asCurl } from './as-curl.js';
import classes from './attempt-details.module.css';
import { SignatureSteps } from './signature-steps.js';
import { TimingBar } from './timing-bar.js';

type Attempt = Answer<'Attempt'>;

export interface AttemptDetailsProps {
  readonly attempt: Attempt;
  readonly endpointId: string;
  readonly summary: ReactNode;
  readonly opened: boolean;
}

/** All of an attempt: what was sent, what came back, how long each part took, and whether the signature is right. */
export function AttemptDetails({ attempt, endpointId, summary, opened }: AttemptDetailsProps): ReactNode {
  return (
    <Accordion
      defaultValue={opened ? 'details' : null}
      variant="default"
      classNames={classes}
      chevronPosition="right"
    >
      <Accordion.Item value="details">
        <Accordion.Control>{summary}</Accordion.Control>
        <Accordion.Panel>
          <Stack gap="md">
            <TimingBar timing={attempt.timing} durationMs={attempt.durationMs} />
            <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
              <Request attempt={attempt} />
              <Response attempt={attempt} />
            </SimpleGrid>
            <SignatureSteps attempt={attempt} endpointId={endpointId} />
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

const curlWords = { asked: 'Copy as curl', copied: 'Copied', failed: 'It could not be copied' } as const;

function Request({ attempt: { request } }: { attempt: Attempt }): ReactNode {
  const { outcome, copy } = useCopy(asCurl(request));
  return (
    <Half
      title="Request"
      action={
        <Button
          variant="default"
          size="compact-xs"
          onClick={copy}
          leftSection={
            outcome === 'copied' ? (
              <IconCheck size={12} aria-hidden />
            ) : (
              <IconTerminal2 size={12} aria-hidden />
            )
          }
        >
          {curlWords[outcome ?? 'asked']}
        </Button>
      }
    >
      <Text size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
        POST {request.url}
      </Text>
      <Headers headers={request.headers} caption="Headers of the request" />
      {request.body === null ? (
        <Text size="sm" c="dimmed">
          The body is not kept any more.
        </Text>
      ) : (
        <JsonBlock text={request.body} what="the request body" />
      )}
    </Half>
  );
}

function Response({ attempt: { response, error } }: { attempt: Attempt }): ReactNode {
  if (!response) {
    return (
      <Half title="Response">
        <Text size="sm">
          There was none: {error?.message ?? 'the connection ended'}.
          {error && (
            <Text span c="dimmed" size="xs">
              {' '}
              ({error.code})
            </Text>
          )}
        </Text>
      </Half>
    );
  }
  return (
    <Half title={`Response ${response.status}`}>
      <Headers headers={response.headers} caption="Headers of the response" />
      {response.body === '' ? (
        <Text size="sm" c="dimmed">
          Without a body.
        </Text>
      ) : (
        <JsonBlock text={response.body} what="the response body" />
      )}
      {response.truncated && (
        <Text size="xs" c="dimmed">
          Its beginning; the rest is not kept.
        </Text>
      )}
    </Half>
  );
}

function Half({
  title,
  action,
  children,
}: {
  title: string;
  action?: ReactNode;
  children: ReactNode;
}): ReactNode {
  return (
    <Stack gap="xs" style={{ minWidth: 0 }}>
      <Group justify="space-between" mih={24}>
        <Title order={3}>{title}</Title>
        {action}
      </Group>
      {children}
    </Stack>
  );
}

function Headers({
  headers,
  caption,
}: {
  headers: Readonly<Record<string, string>>;
  caption: string;
}): ReactNode {
  return (
    <Table
      className={classes.headers}
      aria-label={caption}
      verticalSpacing={2}
      horizontalSpacing={0}
      withRowBorders={false}
    >
      <Table.Tbody>
        {Object.entries(headers).map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th scope="row">{name}</Table.Th>
            <Table.Td>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
