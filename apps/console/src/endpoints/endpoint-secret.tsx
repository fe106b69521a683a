import { unwrap } from '@postel/client';
import { Alert, Button, Group, NumberInput, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useApi, type Answer } from '../api/api-context.js';
import { CodeBlock } from '../parts/code-block.js';
import { Confirm } from '../parts/confirm.js';
import { Section } from '../parts/section.js';
import { FailureState } from '../parts/states.js';
import { TimeAgo } from '../parts/time-ago.js';
import { SecretOnce } from './secret-once.js';

/** The signing secret: revealed, which is told in the history, or another, beside which the old one signs for a while. */
export function EndpointSecret({ endpoint }: { endpoint: Answer<'Endpoint'> }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [graceHours, setGraceHours] = useState<number | string>(24);
  const [rotated, setRotated] = useState<Answer<'RotatedSecret'> | null>(null);
  const params = { path: { id: endpoint.id } };
  const tell = () => queries.invalidateQueries({ queryKey: ['endpoints', endpoint.id] });
  const revealing = useMutation({
    mutationFn: () => unwrap(api.GET('/v1/endpoints/{id}/secret', { params })),
    onSuccess: tell,
    // kept nowhere: gone when the page is left
    gcTime: 0,
  });
  const rotate = async () => {
    const body = { graceSeconds: Math.round(Number(graceHours) * 3_600) };
    const answer = await unwrap(api.POST('/v1/endpoints/{id}/rotate-secret', { params, body }));
    revealing.reset();
    // first how long the old one signs: until that is read it would seem to have ended
    await tell();
    setRotated(answer);
  };
  return (
    <Section title="Signing secret">
      <Stack gap="sm">
        {rotated && (
          <SecretOnce secret={rotated.secret}>The new secret. Give it to your receiver now.</SecretOnce>
        )}
        <Grace endsAt={endpoint.previousSecretExpiresAt} wasRotated={rotated !== null} />
        {rotated ? null : revealing.data ? (
          <CodeBlock text={revealing.data.secret} what="the signing secret" />
        ) : (
          <Text size="sm" c="dimmed">
            Receivers check with it that a request is from here, and was not changed.
          </Text>
        )}
        {revealing.error && <FailureState error={revealing.error} />}
        <Group gap="xs">
          {!rotated && !revealing.data && (
            <Button variant="default" loading={revealing.isPending} onClick={() => revealing.mutate()}>
              Reveal
            </Button>
          )}
          <Button variant="default" onClick={() => setAsking(true)}>
            Rotate …
          </Button>
        </Group>
      </Stack>
      <Confirm
        opened={asking}
        onClose={() => setAsking(false)}
        title="Rotate the secret?"
        action="Rotate"
        // an empty field is no 0, which would end the old secret at once
        ready={graceHours !== ''}
        onConfirm={rotate}
      >
        <Stack gap="sm">
          <Text size="sm">
            A new secret is made. For a while the one until now signs too, so that receivers have time to
            change over.
          </Text>
          <NumberInput
            label="Both sign for so many hours"
            min={0}
            max={168}
            value={graceHours}
            onChange={setGraceHours}
            description="0: the old one ends at once"
          />
        </Stack>
      </Confirm>
    </Section>
  );
}

/** Told as long as it runs, whoever rotated, and whenever. */
function Grace({ endsAt, wasRotated }: { endsAt: string | null; wasRotated: boolean }): ReactNode {
  if (endsAt === null && !wasRotated) return null;
  return (
    <Alert color={endsAt === null ? 'gray' : 'orange'} variant="light" role="status">
      {endsAt === null ? (
        'The old secret has ended.'
      ) : (
        <>
          Both secrets sign; the old one ends <TimeAgo at={endsAt} />.
        </>
      )}
    </Alert>
  );
}
