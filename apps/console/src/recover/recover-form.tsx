import { unwrap } from '@postel/client';
import { Alert, Anchor, Button, Group, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { fieldFaults } from '../api/problem-text.js';
import { useApi } from '../api/api-context.js';
import { useEndpoints } from '../api/use-endpoints.js';
import { EndpointSelect } from '../parts/endpoint-select.js';
import { Section } from '../parts/section.js';
import { localInput, sincePresets } from '../parts/since.js';
import { FailureState } from '../parts/states.js';
import { rangeOf, whatFor, type Only, type RangeText } from './range.js';

export interface RecoverFormProps {
  readonly endpointId: string | null;
  readonly onEndpoint: (endpointId: string | null) => void;
  readonly onStarted: (jobId: string) => void;
}

export function RecoverForm({ endpointId, onEndpoint, onStarted }: RecoverFormProps): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const [only, setOnly] = useState<Only>('failed');
  const [range, setRange] = useState<RangeText>(() => ({
    since: localInput(Date.now() - 3_600_000),
    until: '',
  }));
  const read = rangeOf(range);
  const starting = useMutation({
    mutationFn: (body: { since: string; until?: string }) =>
      unwrap(
        api.POST('/v1/endpoints/{id}/recover', {
          params: { path: { id: endpointId ?? '' } },
          body: { ...body, only },
        }),
      ),
    onSuccess: ({ id }) => {
      void queries.invalidateQueries({ queryKey: ['jobs'] });
      onStarted(id);
    },
  });
  const faults = fieldFaults(starting.error, ['since', 'until']);
  return (
    <Section title="What to recover" maw={720}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (endpointId !== null && read.range) starting.mutate(read.range);
        }}
      >
        <Stack gap="md">
          <div>
            <Text size="sm" fw={500} mb={4}>
              Endpoint
            </Text>
            <EndpointSelect label="Endpoint" value={endpointId} onChange={onEndpoint} w="100%" />
          </div>
          <Disabled endpointId={endpointId} />
          <Radio.Group label="Which events" value={only} onChange={(value) => setOnly(value)}>
            <Stack gap="xs" mt="xs">
              {whatFor.map(({ value, label, description }) => (
                <Radio key={value} value={value} label={label} description={description} />
              ))}
            </Stack>
          </Radio.Group>
          <Range text={range} onChange={setRange} faults={{ ...read.faults, ...faults.byField }} />
          {starting.error && <FailureState error={starting.error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={starting.isPending} disabled={endpointId === null || !read.range}>
              Recover
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}

/** Said before it is refused. */
function Disabled({ endpointId }: { endpointId: string | null }): ReactNode {
  const { data } = useEndpoints();
  const endpoint = data?.find(({ id }) => id === endpointId);
  if (!endpoint || endpoint.status === 'active') return null;
  const disabled = endpoint.status === 'disabled';
  return (
    <Alert color={disabled ? 'red' : 'orange'} variant="light" title={`This endpoint is ${endpoint.status}`}>
      {disabled
        ? 'It has to be enabled before it can be recovered. '
        : 'It can be recovered: its deliveries wait until it is enabled. '}
      <Anchor component={Link} to={`/endpoints/${endpoint.id}`} underline="always" size="sm">
        Open the endpoint
      </Anchor>
    </Alert>
  );
}

interface RangeProps {
  readonly text: RangeText;
  readonly onChange: (text: RangeText) => void;
  readonly faults: Readonly<Partial<Record<'since' | 'until', string>>>;
}

function Range({ text, onChange, faults }: RangeProps): ReactNode {
  return (
    <Stack gap="xs">
      <Group gap="xs" role="group" aria-label="Times to choose from">
        {sincePresets.map(({ value, label, lengthMs }) => (
          <Button
            key={value}
            variant="default"
            size="xs"
            onClick={() => onChange({ since: localInput(Date.now() - lengthMs), until: '' })}
          >
            {label}
          </Button>
        ))}
      </Group>
      <Group gap="md" align="flex-start" grow preventGrowOverflow={false}>
        <TextInput
          type="datetime-local"
          label="Events accepted since"
          description="Your time"
          value={text.since}
          onChange={(event) => onChange({ ...text, since: event.currentTarget.value })}
          error={faults.since}
          required
        />
        <TextInput
          type="datetime-local"
          label="Until"
          description="Now, when it is left empty"
          value={text.until}
          onChange={(event) => onChange({ ...text, until: event.currentTarget.value })}
          error={faults.until}
        />
      </Group>
    </Stack>
  );
}
