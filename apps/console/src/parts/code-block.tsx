import type { ReactNode } from 'react';
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

/** JSON laid out; anything else as it came. The text itself is kept where it is no JSON, or says numbers JavaScript does not know. */
export function JsonBlock({ text, ...rest }: CodeBlockProps): ReactNode {
  return <CodeBlock text={laidOut(text)} {...rest} />;
}

function laidOut(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    const compact = JSON.stringify(value);
    // 1.0, 12345678901234567890 and the like would be shown as another number
    return compact === text.trim() ? JSON.stringify(value, null, 2) : text;
  } catch {
    return text;
  }
}
