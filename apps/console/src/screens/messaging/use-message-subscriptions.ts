import type { Entry } from '@patchbay/client';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { destinationsQuery, subscriptionsQuery } from '../../api/queries';
import { destinationsOf } from '../../lib/destinations-of';
import { typesQuery } from '../types/destination-types';

/** Subscription whose messages go to customers. */
export type MessageSubscription = Entry<'/v1/brands/{brand}/subscriptions'>;

/** Reads the subscriptions of a brand that message customers. Among the first 200 of each kind. */
export function useMessageSubscriptions(brand: string): UseQueryResult<MessageSubscription[]> {
  return useQuery({
    queryKey: ['subscriptions', brand, 'messages'],
    queryFn: async ({ client }) => {
      const [subscriptions, destinations, types] = await Promise.all([
        client.query(subscriptionsQuery(brand)),
        client.query(destinationsQuery(brand)),
        client.query(typesQuery),
      ]);
      const isToCustomers = (destination: string | undefined): boolean => {
        const type = destinations.data.find(({ name }) => name === destination)?.type;
        return types.data.some((one) => one.type === type && one.messaging !== null);
      };
      return subscriptions.data.filter((subscription) => destinationsOf(subscription).some(isToCustomers));
    },
  });
}
