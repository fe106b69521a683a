import { Alert, Button, Code, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useRouteError } from 'react-router';

/** A page that broke. Mostly it was replaced by a newer one while this tab was open, and its code is gone. */
export function RouteFailure(): ReactNode {
  const error = useRouteError();
  return (
    <Alert color="red" variant="light" title="This page could not be shown" role="alert" maw={640}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">Perhaps there is a newer version of it: load it again.</Text>
        <Code>{error instanceof Error ? error.message : 'unknown'}</Code>
        <Button variant="default" onClick={() => window.location.reload()}>
          Load again
        </Button>
      </Stack>
    </Alert>
  );
}
