import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './one-line.module.css';

interface OneLineProps {
  readonly children: ReactNode;
}

/**
 * Text of a cell that can change while a person reads the list. It always takes one line, so that no row moves when the
 * text gets longer. A tooltip shows the whole text, without its links.
 */
export function OneLine({ children }: OneLineProps): ReactNode {
  return (
    <Tooltip
      label={<span inert>{children}</span>}
      multiline
      maw={420}
      openDelay={300}
      events={{ hover: true, focus: true, touch: true }}
    >
      <div className={classes.line}>{children}</div>
    </Tooltip>
  );
}
