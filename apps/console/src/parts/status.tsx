import { Badge } from '@mantine/core';
import type { ReactNode } from 'react';

/** What a status is for who looks at it; the colour never says it alone. */
export type Tone = 'good' | 'waiting' | 'warning' | 'bad' | 'quiet';

const colours: Readonly<Record<Tone, string>> = {
  good: 'teal',
  waiting: 'blue',
  warning: 'orange',
  bad: 'red',
  quiet: 'gray',
};

export interface StatusProps {
  readonly tone: Tone;
  readonly children: ReactNode;
}

export function Status({ tone, children }: StatusProps): ReactNode {
  return (
    <Badge variant="dot" color={colours[tone]} radius="sm" tt="none" fw={500} size="md">
      {children}
    </Badge>
  );
}

const deliveryTones = {
  pending: 'waiting',
  retrying: 'warning',
  succeeded: 'good',
  dead: 'bad',
  discarded: 'quiet',
} as const;

/** Of a delivery. */
export function DeliveryStatus({ status }: { status: keyof typeof deliveryTones }): ReactNode {
  return <Status tone={deliveryTones[status]}>{status}</Status>;
}

const endpointTones = { active: 'good', paused: 'warning', disabled: 'bad' } as const;

/** Of an endpoint. */
export function EndpointStatus({ status }: { status: keyof typeof endpointTones }): ReactNode {
  return <Status tone={endpointTones[status]}>{status}</Status>;
}
