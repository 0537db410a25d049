import { Text } from '@mantine/core';
import { IconClockExclamation } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useConnection } from '../api/connection';
import classes from './shell.module.css';
import { useText } from './text';

/** Lag above which it is shown, in seconds. The hub measures once per second, so a smaller lag is usual. */
const SHOWN_FROM = 2;

/** Shows that lists and counts are behind, because the hub reads them from a replica of its database. */
export function LagBanner(): ReactNode {
  const text = useText();
  const { lagSeconds } = useConnection();
  return (
    <div role="status">
      {lagSeconds > SHOWN_FROM && (
        <div className={classes.banner}>
          <IconClockExclamation size={16} aria-hidden />
          <Text span>{text('lag', { seconds: String(Math.ceil(lagSeconds)) })}</Text>
        </div>
      )}
    </div>
  );
}
