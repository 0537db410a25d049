import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { AppLink } from '../../ui/app-link';
import classes from './routing.module.css';

interface MapPartProps {
  readonly name: string;
  readonly to: string;
  readonly isFaded: boolean;
  /** `bad` or `attention` if the part needs a person. */
  readonly tone?: string;
  /** Shown at the end of the first line. */
  readonly state?: ReactNode;
  readonly facts: ReactNode;
  readonly onPoint: (isPointed: boolean) => void;
}

/** Source, subscription or destination on the map. Pointing at it or focusing it shows its connections. */
export function MapPartBox({ name, to, isFaded, tone, state, facts, onPoint }: MapPartProps): ReactNode {
  return (
    <li
      className={classes.part}
      data-faded={isFaded}
      data-tone={tone}
      onMouseEnter={() => onPoint(true)}
      onMouseLeave={() => onPoint(false)}
      onFocus={() => onPoint(true)}
      onBlur={() => onPoint(false)}
    >
      <span style={{ display: 'flex', justifyContent: 'space-between', gap: 8 }}>
        <Text span truncate fw={500}>
          <AppLink to={to}>{name}</AppLink>
        </Text>
        {state}
      </span>
      <Text span c="dimmed" className={classes.facts}>
        {facts}
      </Text>
    </li>
  );
}
