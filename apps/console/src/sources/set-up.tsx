import { List, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { CodeBlock } from '../parts/code-block.js';
import { addressOf, providers, typesOf, type Source } from './providers.js';

/** What has to be done at the provider, and then here. */
export function SetUp({ source }: { source: Pick<Source, 'provider' | 'url' | 'name'> }): ReactNode {
  return (
    <List type="ordered" size="sm" spacing="sm" styles={{ itemWrapper: { display: 'block' } }}>
      <List.Item>
        {providers[source.provider].where}
        <div style={{ marginTop: 6 }}>
          <CodeBlock text={addressOf(source, window.location.origin)} what="the address of the source" />
        </div>
      </List.Item>
      <List.Item>Let it send something. What is not signed with the secret is refused with 401.</List.Item>
      <List.Item>
        Subscribe an endpoint to{' '}
        <Text span ff="monospace" fz={12}>
          {typesOf(source)}
        </Text>
        .
      </List.Item>
    </List>
  );
}
