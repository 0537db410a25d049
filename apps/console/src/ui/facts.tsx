import type { ReactNode } from 'react';
import classes from './facts.module.css';

/** Name and value of a property. */
export interface Fact {
  readonly label: string;
  readonly value: ReactNode;
}

/** List of properties of an object: names at the start, values beside them. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }): ReactNode {
  return (
    <dl className={classes.facts}>
      {facts.map(({ label, value }) => (
        <div key={label} className={classes.fact}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
