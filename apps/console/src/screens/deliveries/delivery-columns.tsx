import { Text } from '@mantine/core';
import type { Entry } from '../../api/types';
import { paths } from '../../app/paths';
import { AppLink } from '../../ui/app-link';
import type { Column } from '../../ui/data-table';
import { ForeignText } from '../../ui/foreign-text';
import { OneLine } from '../../ui/one-line';
import { deliveryState, StateBadge } from '../../ui/state-badge';
import { TimeText } from '../../ui/time-text';
import { Explanation, saysMore } from '../watch/explanation';
import { useText as useWatchText } from '../watch/text';
import { useText } from './text';

/** Delivery in a list. */
export type DeliveryEntry = Entry<'/v1/brands/{brand}/deliveries'>;

/** Returns the columns of the list of deliveries. */
export function useDeliveryColumns(brand: string): Column<DeliveryEntry>[] {
  const text = useText();
  const watch = useWatchText();
  return [
    {
      key: 'state',
      header: watch('filter.state'),
      width: '116px',
      cell: (delivery) => (
        <AppLink to={paths.delivery(brand, delivery.id)}>
          <StateBadge state={deliveryState(delivery)} />
        </AppLink>
      ),
    },
    {
      key: 'customer',
      header: watch('filter.customer'),
      width: '10%',
      cell: ({ customerId }) =>
        customerId === null ? (
          <Text c="dimmed">{watch('noCustomer')}</Text>
        ) : (
          <AppLink to={paths.customer(brand, customerId)}>
            <ForeignText>{customerId}</ForeignText>
          </AppLink>
        ),
    },
    {
      key: 'event',
      header: watch('filter.eventType'),
      width: '13%',
      cell: ({ eventId, eventType }) => (
        <AppLink to={paths.event(brand, eventId)}>
          <ForeignText>{eventType}</ForeignText>
        </AppLink>
      ),
    },
    {
      key: 'subscription',
      header: watch('filter.subscription'),
      width: '15%',
      cell: ({ subscription }) => <bdi>{subscription}</bdi>,
    },
    {
      key: 'destination',
      header: watch('filter.destination'),
      width: '11%',
      cell: ({ destination }) =>
        destination === null ? <Text c="dimmed">{watch('noDestination')}</Text> : <bdi>{destination}</bdi>,
    },
    { key: 'attempts', header: text('attempts'), end: true, width: '80px', cell: ({ attemptCount }) => attemptCount },
    {
      key: 'cause',
      header: watch('filter.cause'),
      width: '25%',
      cell: ({ vendorStatus, status, inFlight, dueAt, ...delivery }) => (
        <OneLine>
          {vendorStatus !== null && <StateBadge state={vendorStatus} />}
          {vendorStatus === null && saysMore(delivery) && <Explanation delivery={delivery} />}{' '}
          {status === 'scheduled' && !inFlight && dueAt !== null && (
            <Text span c="dimmed">
              {text('nextAt')} <TimeText at={dueAt} relative />
            </Text>
          )}
        </OneLine>
      ),
    },
    {
      key: 'made',
      header: text('made'),
      end: true,
      width: '110px',
      cell: ({ createdAt }) => <TimeText at={createdAt} />,
    },
  ];
}
