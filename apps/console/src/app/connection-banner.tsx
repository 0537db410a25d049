import { Button, Text } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { setConnection, useConnection } from '../api/connection';
import classes from './shell.module.css';
import { useText } from './text';

const HEARTBEAT_MS = 4_000;
/** Time after which the hub counts as away, in milliseconds. */
const ANSWER_LIMIT_MS = 5_000;

/** Tells that the hub does not answer, and reads everything again when it answers. */
export function ConnectionBanner(): ReactNode {
  const text = useText();
  const { reachable } = useConnection();
  const client = useQueryClient();
  const heartbeat = useQuery({
    queryKey: ['heartbeat'],
    queryFn: async ({ signal }) => {
      const isUp = await answers(signal);
      setConnection({ reachable: isUp });
      return isUp;
    },
    refetchInterval: HEARTBEAT_MS,
    retry: false,
  });
  useEffect(() => {
    if (reachable) void client.invalidateQueries({ predicate: ({ state }) => state.status === 'error' });
  }, [reachable, client]);
  return (
    <div role="status">
      {!reachable && (
        <div className={classes.banner}>
          <IconPlugConnectedX size={16} aria-hidden />
          <Text span>{text('connection.away')}</Text>
          <Button variant="default" onClick={() => void heartbeat.refetch()}>
            {text('connection.retry')}
          </Button>
        </div>
      )}
    </div>
  );
}

/**
 * Returns true if the hub answers in time, or if the caller has stopped waiting. The route needs no key and does not ask the
 * database.
 */
async function answers(signal: AbortSignal): Promise<boolean> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_LIMIT_MS)]);
  try {
    return (await fetch('/health/live', { signal: limited })).ok;
  } catch {
    return signal.aborted;
  }
}
