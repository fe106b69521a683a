import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { CodeBlock } from '../parts/code-block.js';

export function SecretOnce({ secret, children }: { secret: string; children: ReactNode }): ReactNode {
  return (
    <div>
      <Text size="sm" mb="xs">
        {children}
      </Text>
      <CodeBlock text={secret} what="the signing secret" />
    </div>
  );
}
