import { Code, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Answer } from '../api/api-context.js';
import { JsonBlock } from '../parts/code-block.js';
import { DescriptionList } from '../parts/description-list.js';
import { duration } from '../parts/format.js';
import { Section } from '../parts/section.js';
import { TimeAgo } from '../parts/time-ago.js';

/** How it is set, in words. */
export function EndpointSettings({ endpoint }: { endpoint: Answer<'Endpoint'> }): ReactNode {
  const { events, channels, filter, apiVersion, headers, signature, publicKey, timeoutMs, maxInFlight } =
    endpoint;
  const headerNames = Object.keys(headers);
  return (
    <Section title="Settings">
      <DescriptionList
        items={[
          [
            'Events',
            <Group key="events" gap={4}>
              {events.map((event) => (
                <Code key={event}>{event === '*' ? '* (all)' : event}</Code>
              ))}
            </Group>,
          ],
          ['Channels', channels.length === 0 ? 'all' : channels.join(', ')],
          [
            'Filter',
            filter === null ? 'none' : <JsonBlock text={JSON.stringify(filter)} what="the filter" />,
          ],
          ['Payload version', apiVersion],
          [
            'Headers',
            headerNames.length === 0
              ? 'none'
              : headerNames.map((name) => (
                  <Code key={name} display="block" w="fit-content">{`${name}: ${headers[name]}`}</Code>
                )),
          ],
          ['Signatures', signature.schemes.join(', ')],
          ...(publicKey ? ([['Public key', <Code key="key">{publicKey}</Code>]] as const) : []),
          ['Retries', retryInWords(endpoint.retry)],
          ['Timeout', duration(timeoutMs)],
          ['Limits', limitsInWords(maxInFlight, endpoint.rateLimit)],
          [
            'Order',
            endpoint.ordering === 'key' ? 'one at a time of each ordering key' : 'as fast as it goes',
          ],
          [
            'Created',
            <Text key="created" size="sm" span>
              <TimeAgo at={endpoint.createdAt} />, changed <TimeAgo at={endpoint.updatedAt} />
            </Text>,
          ],
        ]}
      />
    </Section>
  );
}

function retryInWords(retry: Answer<'Endpoint'>['retry']): string {
  if ('preset' in retry) return 'Standard Webhooks: 9 retries over 3 days';
  if ('schedule' in retry) return `after ${retry.schedule.map(duration).join(', ')}`;
  const { maxAttempts, initialDelayMs, multiplier, maxDelayMs } = retry;
  const waits = Array.from({ length: Math.min(maxAttempts - 1, 4) }, (_, index) =>
    duration(Math.min(initialDelayMs * multiplier ** index, maxDelayMs)),
  );
  if (waits.length === 0) return 'none: one attempt';
  return `${maxAttempts} attempts, after ${waits.join(', ')}${maxAttempts > 5 ? ' …' : ''}`;
}

function limitsInWords(maxInFlight: number, rate: Answer<'Endpoint'>['rateLimit']): string {
  return `${maxInFlight} at once${rate ? `, ${rate.max} in ${rate.perSeconds} s` : ''}`;
}
