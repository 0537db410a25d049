import { Button, Text } from '@mantine/core';
import { IconClockExclamation } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { extendSession, meQuery } from '../api/session';
import { setConnection } from '../api/connection';
import { browserNow } from '../lib/now';
import { useMe } from '../lib/use-me';
import { TimeText } from '../ui/time-text';
import { ProviderWindowButton } from './provider-window-button';
import classes from './shell.module.css';
import { useText } from './text';

const WARNING_MS = 5 * 60_000;

/**
 * Warns five minutes before the session ends, with a button that extends it if it can be extended. A session of a person is
 * followed by a new one.
 */
export function SessionEndBanner(): ReactNode {
  const text = useText();
  const client = useQueryClient();
  const { session, personId } = useMe();
  const [now, setNow] = useState(browserNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(browserNow()), 10_000);
    return () => clearInterval(timer);
  }, []);
  const left = session === null ? Infinity : Date.parse(session.endsAt) - now;
  useEffect(() => {
    if (left <= 0) setConnection({ sessionEnded: true });
  }, [left]);
  if (session === null || left > WARNING_MS || left <= 0) return null;
  return (
    <div role="status" className={classes.banner}>
      <IconClockExclamation size={16} aria-hidden />
      <Text span>
        {text('session.ends')} <TimeText at={session.endsAt} />
      </Text>
      {session.endsAt < session.latestEndsAt && (
        <Button
          variant="default"
          onClick={() => void extendSession().then((me) => client.setQueryData(meQuery.queryKey, me))}
        >
          {text('session.stay')}
        </Button>
      )}
      {personId !== null && <ProviderWindowButton onSignedIn={(me) => client.setQueryData(meQuery.queryKey, me)} />}
    </div>
  );
}
