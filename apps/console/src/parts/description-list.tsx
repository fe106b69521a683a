import type { ReactNode } from 'react';
import classes from './description-list.module.css';

/** Names and what they are, one a line. */
export function DescriptionList({ items }: { items: readonly (readonly [string, ReactNode])[] }): ReactNode {
  return (
    <dl className={classes.list}>
      {items.map(([name, value]) => (
        <div key={name} className={classes.item}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
