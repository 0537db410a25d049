import { answerOf } from '@patchbay/client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, BACKGROUND } from '../../api/client';
import { eventToFollow, stageOf, type FirstEvent } from './first-event';

const POLL_MS = 1_500;

interface FollowOptions {
  readonly brand: string;
  readonly source: string;
  readonly subscription: string;
  /** Only events that the hub received at this time or later. Empty until it is known. */
  readonly since: string;
}

/** Returns the event of a source since a time to follow, with its outcomes. Looks for no other after a delivered one. */
export function useFirstEvent({ brand, source, subscription, since }: FollowOptions): FirstEvent | undefined {
  const [isDelivered, setIsDelivered] = useState(false);
  const id = useQuery({
    queryKey: ['connect', brand, 'events', source, since],
    queryFn: ({ signal }) => {
      const query = { source: [source], from: since, limit: 5 };
      return answerOf(
        api.GET('/v1/brands/{brand}/events', { params: { path: { brand }, query }, signal, headers: BACKGROUND }),
      );
    },
    enabled: since !== '' && !isDelivered,
    refetchInterval: POLL_MS,
    select: ({ data }) => eventToFollow(data)?.id ?? null,
  }).data;
  const event = useQuery({
    queryKey: ['connect', brand, 'event', id],
    queryFn: ({ signal }) => {
      const params = { path: { brand, id: id ?? '' } };
      return answerOf(api.GET('/v1/brands/{brand}/events/{id}', { params, signal, headers: BACKGROUND }));
    },
    enabled: typeof id === 'string',
    refetchInterval: ({ state }) => (stageOf(state.data, subscription) === 'delivered' ? false : POLL_MS),
  }).data;
  if (!isDelivered && stageOf(event, subscription) === 'delivered') setIsDelivered(true);
  return event;
}
