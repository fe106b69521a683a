import { Group, Text, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import { duration } from '../parts/format.js';
import classes from './timing-bar.module.css';
import { timingParts } from './timing-parts.js';

export interface TimingBarProps {
  readonly timing: Readonly<Record<string, number>>;
  readonly durationMs: number;
}

/** Where the time went, part after part. */
export function TimingBar({ timing, durationMs }: TimingBarProps): ReactNode {
  const parts = timingParts(timing, durationMs);
  return (
    <div>
      <div className={classes.bar} aria-hidden>
        {parts.map(({ name, lengthMs, colour }) => (
          <div key={name} style={{ flexGrow: Math.max(lengthMs, durationMs / 200), background: colour }} />
        ))}
      </div>
      <Group gap="md" mt={4} component="ul" className={classes.legend}>
        <VisuallyHidden component="li">Total {duration(durationMs)}</VisuallyHidden>
        {parts.map(({ name, lengthMs, colour }) => (
          <Group gap={6} key={name} component="li">
            <span className={classes.dot} style={{ background: colour }} aria-hidden />
            <Text size="xs" span>
              {name}{' '}
              <Text span size="xs" c="dimmed" className="figure">
                {duration(lengthMs)}
              </Text>
            </Text>
          </Group>
        ))}
      </Group>
    </div>
  );
}
