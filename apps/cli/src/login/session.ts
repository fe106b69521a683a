import type { components } from '@postel/client';

export type Session = components['schemas']['Session'];
