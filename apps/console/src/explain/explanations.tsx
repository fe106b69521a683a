import { Alert, Anchor, Group, List, Paper, Stack, Text, Title } from '@mantine/core';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Answer } from '../api/api-context.js';
import { JsonBlock, CodeBlock } from '../parts/code-block.js';
import { Disclosure } from '../parts/disclosure.js';
import { count } from '../parts/format.js';
import { EmptyState } from '../parts/states.js';
import { EndpointStatus } from '../parts/status.js';

type Explanation = Answer<'Explanation'>;

/** Those that would get it first. */
export function Explanations({ explained }: { explained: Answer<'ExplainedEvent'> }): ReactNode {
  const { data, nextCursor } = explained;
  if (data.length === 0) {
    return (
      <EmptyState title="There are no endpoints">
        <Anchor component={Link} to="/endpoints" underline="always">
          Create one
        </Anchor>{' '}
        to see whether this event would reach it.
      </EmptyState>
    );
  }
  const matching = data.filter(({ matches }) => matches);
  const others = data.filter(({ matches }) => !matches);
  return (
    <Stack gap="sm">
      <Title order={2}>
        {matching.length === 0
          ? 'No endpoint would get it'
          : `${count(matching.length)} of ${count(data.length)} ${data.length === 1 ? 'endpoint' : 'endpoints'} would get it`}
      </Title>
      {nextCursor !== null && (
        <Text size="sm" c="dimmed">
          The newest {count(data.length)} endpoints were looked at.
        </Text>
      )}
      {[...matching, ...others].map((explanation) => (
        <Endpoint key={explanation.endpointId} explanation={explanation} />
      ))}
    </Stack>
  );
}

function Endpoint({ explanation }: { explanation: Explanation }): ReactNode {
  const { endpointId, url, status, matches, reasons, waits, request, fails } = explanation;
  const Icon = matches ? IconCircleCheck : IconCircleX;
  return (
    <Paper withBorder p="md" bg="var(--postel-surface)">
      <Stack gap="xs">
        <Group gap="xs" wrap="nowrap" align="flex-start">
          <Icon
            size={18}
            aria-hidden
            style={{ flexShrink: 0, marginTop: 1 }}
            color={matches ? 'var(--mantine-color-teal-6)' : 'var(--postel-muted)'}
          />
          <div style={{ flex: 1, minWidth: 0 }}>
            <Anchor
              component={Link}
              to={`/endpoints/${endpointId}`}
              size="sm"
              fw={500}
              style={{ overflowWrap: 'anywhere' }}
            >
              {url}
            </Anchor>
            <Text size="sm" c="dimmed">
              {matches ? 'would get it' : 'would not get it'}
            </Text>
          </div>
          <EndpointStatus status={status} />
        </Group>
        {reasons.length > 0 && (
          <List size="sm" pl={27} listStyleType="none">
            {reasons.map(({ code, path, message }) => (
              <List.Item key={`${code} ${path} ${message}`}>
                {path !== undefined && <code>{path}: </code>}
                {message}
              </List.Item>
            ))}
          </List>
        )}
        {waits && (
          <Alert color="orange" variant="light" title="It would wait">
            {waits.message}
          </Alert>
        )}
        {fails && (
          <Alert color="red" variant="light" title="It would end as a dead letter at once">
            {fails.message}
          </Alert>
        )}
        {request && <Request request={request} />}
      </Stack>
    </Paper>
  );
}

function Request({
  request: { url, headers, body },
}: {
  request: NonNullable<Explanation['request']>;
}): ReactNode {
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return (
    <Disclosure label="What it would be sent">
      <Stack gap="xs">
        <CodeBlock text={[`POST ${url}`, ...head].join('\n')} what="the headers" />
        <JsonBlock text={body} what="the body" />
      </Stack>
    </Disclosure>
  );
}
