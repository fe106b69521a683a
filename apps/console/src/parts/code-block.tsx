import type { ReactNode } from 'react';
import { asWritten } from './as-written.js';
import classes from './code-block.module.css';
import { Copy } from './copy.js';

export interface CodeBlockProps {
  readonly text: string;
  /** What it is, for the button that copies it: `the request body`. */
  readonly what: string;
  readonly maxHeight?: number;
}

/** Text as it is, to read and to copy. */
export function CodeBlock({ text, what, maxHeight = 360 }: CodeBlockProps): ReactNode {
  return (
    <div className={classes.block}>
      <pre className={classes.text} style={{ maxHeight }} tabIndex={0} aria-label={what.replace(/^the /, '')}>
        {text}
      </pre>
      <div className={classes.copy}>
        <Copy value={text} what={what} />
      </div>
    </div>
  );
}

/** JSON laid out, with its numbers as they are written; anything else as it came. */
export function JsonBlock({ text, ...rest }: CodeBlockProps): ReactNode {
  return <CodeBlock text={laidOut(text)} {...rest} />;
}

function laidOut(text: string): string {
  try {
    const value: unknown = JSON.parse(text, asWritten);
    const compact = JSON.stringify(value);
    // what somebody laid out already, or has a key twice
    return compact === text.trim() ? JSON.stringify(value, null, 2) : text;
  } catch {
    return text;
  }
}
