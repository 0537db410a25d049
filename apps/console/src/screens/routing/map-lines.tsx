import type { ReactNode } from 'react';
import type { Line } from './links';
import classes from './routing.module.css';

/** Height of a row of the map in pixels, as in the style sheet. */
const ROW = 68;

interface MapLinesProps {
  readonly lines: readonly Line[];
  /** Number of rows of the longest column. */
  readonly rows: number;
  /** Subscriptions that are shown strongly. Null: all. */
  readonly strong: ReadonlySet<string> | null;
  /** Colour of a line by the destinations to which it leads. */
  readonly toneOf: (destinations: readonly string[]) => string;
}

/** Lines between two columns of the map. Decoration: the parts themselves name what they connect. */
export function MapLines({ lines, rows, strong, toneOf }: MapLinesProps): ReactNode {
  const middle = (row: number): number => row * ROW + (ROW - 8) / 2;
  return (
    <svg
      className={classes.lines}
      height={rows * ROW}
      viewBox={`0 0 72 ${rows * ROW}`}
      preserveAspectRatio="none"
      aria-hidden
    >
      {lines.map(({ key, from, to, subscription, destinations }) => (
        <path
          key={key}
          className={classes.line}
          data-tone={toneOf(destinations)}
          data-faded={strong !== null && !strong.has(subscription)}
          d={`M 0 ${middle(from)} C 36 ${middle(from)}, 36 ${middle(to)}, 72 ${middle(to)}`}
        />
      ))}
    </svg>
  );
}
