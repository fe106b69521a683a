import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconRefresh, IconTrash } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { Confirm } from '../parts/confirm.js';
import { count } from '../parts/format.js';
import { JobProgress } from '../parts/job-progress.js';
import { FailureState } from '../parts/states.js';
import type { DeadLetterFilter } from './filter.js';
import { useDeadLetterActions, type Done } from './use-dead-letter-actions.js';

export interface ActionsProps {
  /** Ids of those that are selected. */
  readonly chosen: readonly string[];
  readonly filter: DeadLetterFilter;
  readonly hasAny: boolean;
  /** With the ids that are no dead letters any more, as far as they are known. */
  readonly onHandled: (ids: readonly string[]) => void;
}

/** What can be done with those that are selected; with none selected, with all that fit the filter. */
export function Actions({ chosen, filter, hasAny, onHandled }: ActionsProps): ReactNode {
  const [asked, setAsked] = useState<'redrive' | 'delete' | null>(null);
  const [result, setResult] = useState<Done | null>(null);
  const act = useDeadLetterActions(chosen, filter);
  const run = async (verb: 'redrive' | 'delete') => {
    const done = await act(verb);
    setResult(done);
    onHandled(done.ids);
  };
  const some = chosen.length > 0;
  const filtered = Object.keys(filter).length > 0;
  const which = some ? `${count(chosen.length)} selected` : filtered ? 'all that fit' : 'all';
  return (
    <Stack gap="sm">
      <Group gap="xs" mih={32}>
        <Button
          variant={some ? 'filled' : 'default'}
          leftSection={<IconRefresh size={15} aria-hidden />}
          disabled={!hasAny}
          onClick={() => setAsked('redrive')}
        >
          Redrive {which}
        </Button>
        <Button
          variant="default"
          leftSection={<IconTrash size={15} aria-hidden />}
          disabled={!hasAny}
          onClick={() => setAsked('delete')}
        >
          Delete {which} …
        </Button>
      </Group>
      {result && <Result result={result} onClose={() => setResult(null)} />}
      <Confirm
        opened={asked === 'redrive'}
        title={`Redrive ${which}?`}
        action="Redrive"
        onConfirm={() => run('redrive')}
        onClose={() => setAsked(null)}
      >
        Their deliveries are reopened and attempted now, from the first attempt on. Beyond 1,000 they are
        redriven by a job, whose progress is shown here.
      </Confirm>
      <Confirm
        opened={asked === 'delete'}
        title={`Delete ${which}?`}
        action="Delete"
        danger
        {...(some ? {} : { typed: 'delete' })}
        onConfirm={() => run('delete')}
        onClose={() => setAsked(null)}
      >
        They are no longer listed here, and their deliveries are discarded: Postel will not send them by
        itself. A delivery can still be retried by hand.
      </Confirm>
    </Stack>
  );
}

function Result({ result, onClose }: { result: Done; onClose: () => void }): ReactNode {
  const { verb, number, jobId, failures } = result;
  return (
    <Stack gap="xs">
      <Alert
        role="status"
        color={failures.length === 0 ? 'teal' : 'orange'}
        variant="light"
        withCloseButton
        closeButtonLabel="Dismiss"
        onClose={onClose}
        title={`${count(number)} ${number === 1 ? 'dead letter was' : 'dead letters were'} ${verb === 'redrive' ? 'redriven' : 'deleted'}${jobId === null ? '' : ', the others are by a job'}`}
      >
        {failures.length > 0 && (
          <Text size="sm">{count(failures.length)} could not be; the first of them, because:</Text>
        )}
        {jobId !== null && <JobProgress id={jobId} />}
      </Alert>
      {failures.length > 0 && <FailureState error={failures[0]} />}
    </Stack>
  );
}
