import { Alert, Button, Code, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { problemText } from '../api/problem-text.js';

export interface EmptyStateProps {
  readonly icon?: ReactNode;
  readonly title: string;
  /** What to do. */
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

/** Where there is nothing: why, and what can be done. */
export function EmptyState({ icon, title, children, action }: EmptyStateProps): ReactNode {
  return (
    <Stack align="center" gap="xs" py={56} px="md" ta="center">
      {icon && <Text c="dimmed">{icon}</Text>}
      <Title order={2} size="h3">
        {title}
      </Title>
      {children && (
        <Text c="dimmed" maw={460} component="div">
          {children}
        </Text>
      )}
      {action && <Group mt="xs">{action}</Group>}
    </Stack>
  );
}

export interface FailureStateProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** What could not be read or done, why, and what to do. */
export function FailureState({ error, onRetry }: FailureStateProps): ReactNode {
  const { message, code, advice, requestId } = problemText(error);
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle size={18} aria-hidden />}
      title={message}
      role="alert"
      maw={640}
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">
          {advice} {code && <Code>{code}</Code>}
        </Text>
        {requestId && (
          <Text size="xs" c="dimmed">
            Request <Code>{requestId}</Code>
          </Text>
        )}
        {onRetry && (
          <Button variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** As high as the rows that will come, so that nothing moves when they do. */
export function RowSkeletons({ rows = 8, rowHeight = 36 }: { rows?: number; rowHeight?: number }): ReactNode {
  return (
    <div role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        <Group
          key={index}
          h={rowHeight}
          px="sm"
          wrap="nowrap"
          style={{ borderTop: '1px solid var(--postel-line)' }}
        >
          <Skeleton h={10} w={72} />
          <Skeleton h={10} style={{ flex: 1 }} />
          <Skeleton h={10} w={96} />
        </Group>
      ))}
    </div>
  );
}
