import { unwrap } from '@postel/client';
import { Alert, Button, Code, Group, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useApi, type Answer } from '../api/api-context.js';
import { CodeBlock } from '../parts/code-block.js';
import { DescriptionList } from '../parts/description-list.js';
import { Status } from '../parts/status.js';
import { FailureState } from '../parts/states.js';
import { checkSignatures, type SignatureCheck } from './check-signature.js';

export interface SignatureStepsProps {
  readonly attempt: Answer<'Attempt'>;
  readonly endpointId: string;
}

/**
 * Shows what a receiver has to do to check this very request. The secret is used in this page alone: it is pasted, or
 * revealed, which the endpoint's history tells.
 */
export function SignatureSteps({ attempt, endpointId }: SignatureStepsProps): ReactNode {
  const api = useApi();
  const [secret, setSecret] = useState('');
  const { headers, body } = attempt.request;
  const checking = useMutation({
    mutationFn: (given: string) => checkSignatures({ headers, body: body ?? '' }, given.trim()),
    gcTime: 0,
  });
  const revealing = useMutation({
    mutationFn: () => unwrap(api.GET('/v1/endpoints/{id}/secret', { params: { path: { id: endpointId } } })),
    onSuccess: (answer) => {
      setSecret(answer.secret);
      checking.mutate(answer.secret);
    },
    gcTime: 0,
  });
  if (body === null || !('webhook-signature' in headers || 'x-webhook-signature' in headers)) return null;
  return (
    <Stack gap="xs">
      <Title order={3}>Signature</Title>
      {canCheck() ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            checking.mutate(secret);
          }}
        >
          <Group gap="xs" align="flex-end">
            <PasswordInput
              label="Signing secret"
              description="Stays in this page"
              placeholder="whsec_…"
              value={secret}
              onChange={(event) => setSecret(event.currentTarget.value)}
              autoComplete="off"
              flex={1}
              maw={420}
            />
            <Button type="submit" variant="default" disabled={secret.trim() === ''}>
              Check it
            </Button>
            <Button variant="subtle" loading={revealing.isPending} onClick={() => revealing.mutate()}>
              Reveal and check
            </Button>
          </Group>
        </form>
      ) : (
        <Text size="sm" c="dimmed">
          It can be checked here where the console is opened over HTTPS.
        </Text>
      )}
      {revealing.error && <FailureState error={revealing.error} />}
      {checking.error && (
        <Text size="sm" c="var(--postel-bad)" role="alert">
          {checking.error.message}
        </Text>
      )}
      <div aria-live="polite">
        {checking.data?.map((check) => (
          <Steps key={check.scheme} check={check} />
        ))}
      </div>
    </Stack>
  );
}

/** Browsers have the cryptography over HTTPS, and on this machine. */
function canCheck(): boolean {
  return window.isSecureContext;
}

function Steps({ check }: { check: SignatureCheck }): ReactNode {
  const { scheme, header, found, recipe, signedContent, key, expected, matches } = check;
  return (
    <Stack gap="xs" mb="md">
      <Group gap="xs">
        <Text fw={500}>{scheme}</Text>
        <Status tone={matches ? 'good' : 'bad'}>{matches ? 'matches' : 'does not match'}</Status>
      </Group>
      <DescriptionList
        items={[
          ['1. Signed text', <Content key="content" recipe={recipe} text={signedContent} />],
          ['2. Key', key],
          ['3. HMAC-SHA256', <Code key="expected">{expected}</Code>],
          [`4. ${header}`, <Code key="found">{found}</Code>],
        ]}
      />
      <Alert
        variant="light"
        color={matches ? 'teal' : 'red'}
        icon={matches ? <IconCircleCheck size={18} aria-hidden /> : <IconCircleX size={18} aria-hidden />}
      >
        {matches
          ? 'The header has it: the request is from here and was not changed. Compare in constant time, over the bytes as they came, before anything parses them.'
          : 'The header does not have it: this is another secret, such as one that was rotated since.'}
      </Alert>
    </Stack>
  );
}

function Content({ recipe, text }: { recipe: string; text: string }): ReactNode {
  return (
    <Stack gap={4}>
      <Code w="fit-content">{recipe}</Code>
      <CodeBlock text={text} what="the signed text" maxHeight={160} />
    </Stack>
  );
}
