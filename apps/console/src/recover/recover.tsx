import type { ReactNode } from 'react';
import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import { JobProgress } from '../parts/job-progress.js';
import { PageHeader } from '../parts/page-header.js';
import { Section } from '../parts/section.js';
import { useSearchFilters } from '../parts/use-search-filters.js';
import { RecoverForm } from './recover-form.js';

const names = ['endpointId', 'jobId'] as const;

/** The job stands in the address: whoever loads the page again, or is sent it, sees how far it is. */
export function Component(): ReactNode {
  const [{ endpointId, jobId }, change] = useSearchFilters(names);
  return (
    <>
      <PageHeader
        title="Recover"
        description="An endpoint was away, was disabled, or is new: it gets what it should have got. Events keep their ids, so that a receiver that remembers webhook-id knows what it had."
      />
      {jobId === undefined ? (
        <RecoverForm
          endpointId={endpointId ?? null}
          onEndpoint={(chosen) => change({ endpointId: chosen })}
          onStarted={(started) => change({ jobId: started })}
        />
      ) : (
        <Section title="Recovering" maw={720}>
          <Stack gap="md">
            <JobProgress id={jobId} />
            <Text size="sm" c="dimmed">
              It goes on when this page is left, and stands among the{' '}
              <Anchor component={Link} to="/jobs" underline="always" size="sm">
                jobs
              </Anchor>
              .
            </Text>
            <Group gap="xs">
              {endpointId !== undefined && (
                <Button component={Link} to={`/deliveries?endpointId=${endpointId}`} variant="default">
                  See its deliveries
                </Button>
              )}
              <Button variant="default" onClick={() => change({ jobId: null })}>
                Recover something else
              </Button>
            </Group>
          </Stack>
        </Section>
      )}
    </>
  );
}
