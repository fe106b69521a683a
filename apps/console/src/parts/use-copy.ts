import { useTimeout } from '@mantine/hooks';
import { useState } from 'react';
import { copyText } from './copy-text.js';

const saidForMs = 1_500;

export interface Copying {
  /** What came of it, said for a moment. */
  readonly outcome: 'copied' | 'failed' | null;
  readonly copy: () => void;
}

export function useCopy(value: string): Copying {
  const [outcome, setOutcome] = useState<Copying['outcome']>(null);
  const { start, clear } = useTimeout(() => setOutcome(null), saidForMs);
  return {
    outcome,
    copy: () => {
      clear();
      void copyText(value).then((isCopied) => {
        setOutcome(isCopied ? 'copied' : 'failed');
        start();
      });
    },
  };
}
