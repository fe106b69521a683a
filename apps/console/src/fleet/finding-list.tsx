import { Alert, Anchor, Group, Skeleton, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { problemText } from '../api/problem-text.js';
import { Status } from '../parts/status.js';
import { findingsOf, type Finding, type Fleet } from './findings.js';
import classes from './fleet.module.css';

export interface FindingListProps {
  readonly fleet: Fleet | undefined;
  /** Why what is shown is not of now. */
  readonly error: Error | null;
}

/** First of all on the page: whether anything is wrong, and what. */
export function FindingList({ fleet, error }: FindingListProps): ReactNode {
  if (!fleet) return <Skeleton h={48} />;
  const unanswered: Finding[] = error
    ? [{ tone: 'bad', text: `${problemText(error).message} What is shown is as it was before.` }]
    : [];
  const findings = [...unanswered, ...findingsOf(fleet)];
  const isWell = findings.length === 0;
  const isBad = findings.some(({ tone }) => tone === 'bad');
  const Icon = isWell ? IconCircleCheck : IconAlertTriangle;
  return (
    <div role="status" aria-label="What is wrong">
      <Alert
        color={isWell ? 'teal' : isBad ? 'red' : 'orange'}
        variant="light"
        role="group"
        icon={<Icon size={18} aria-hidden />}
        title={isWell ? 'All is well' : titleOf(findings.length)}
      >
        {isWell ? (
          <Text size="sm">
            Nothing is lost, nothing lags, no circuit is open, and no endpoint was disabled for failing.
          </Text>
        ) : (
          findings.map((finding) => <Line key={finding.text} finding={finding} />)
        )}
      </Alert>
    </div>
  );
}

function titleOf(amount: number): string {
  return amount === 1 ? 'One thing needs you' : `${amount} things need you`;
}

function Line({ finding: { tone, text, at } }: { finding: Finding }): ReactNode {
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start" className={classes.finding}>
      <span style={{ flex: 'none' }}>
        <Status tone={tone}>{tone === 'bad' ? 'fault' : 'warning'}</Status>
      </span>
      <Text size="sm">
        {text}
        {at !== undefined && (
          <>
            {' '}
            <Anchor href={`#${at}`} underline="always" inherit c="inherit">
              Show
            </Anchor>
          </>
        )}
      </Text>
    </Group>
  );
}
