import { Checkbox, Text } from '@mantine/core';
import type { Entry } from '@patchbay/client';
import { paths } from '../../app/paths';
import { AppLink } from '../../ui/app-link';
import type { Column } from '../../ui/data-table';
import { ForeignText } from '../../ui/foreign-text';
import { OneLine } from '../../ui/one-line';
import { DeliveryBadge } from '../../ui/state-badge';
import { TimeText } from '../../ui/time-text';
import { Explanation, saysMore } from '../watch/explanation';
import { useText as useWatchText } from '../watch/text';
import { redeliveryOf } from './delivery-details';
import { useText } from './text';

/** Delivery in a list. */
export type DeliveryEntry = Entry<'/v1/brands/{brand}/deliveries'>;

/** Deliveries that a person has chosen in the list. */
export interface ChosenDeliveries {
  readonly ids: ReadonlySet<string>;
  readonly onChange: (ids: ReadonlySet<string>) => void;
}

/** Returns the column in which a person chooses deliveries. */
export function useChoiceColumn({ ids, onChange }: ChosenDeliveries): Column<DeliveryEntry> {
  const text = useText();
  return {
    key: 'choose',
    header: text('choose.header'),
    width: '64px',
    cell: (delivery) =>
      redeliveryOf(delivery).isPossible && delivery.status !== 'succeeded' ? (
        <Checkbox
          aria-label={text('choose.one', { id: delivery.id.slice(-8) })}
          checked={ids.has(delivery.id)}
          onChange={(event) => onChange(withMember(ids, delivery.id, event.currentTarget.checked))}
        />
      ) : null,
  };
}

function withMember(ids: ReadonlySet<string>, id: string, isMember: boolean): ReadonlySet<string> {
  return new Set(isMember ? [...ids, id] : [...ids].filter((one) => one !== id));
}

/** Returns the columns of the list of deliveries. */
export function useDeliveryColumns(brand: string): Column<DeliveryEntry>[] {
  const text = useText();
  const watch = useWatchText();
  return [
    {
      key: 'state',
      header: watch('filter.state'),
      width: '170px',
      cell: (delivery) => (
        <AppLink to={paths.delivery(brand, delivery.id)}>
          <DeliveryBadge delivery={delivery} />
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
      width: '12%',
      cell: ({ eventId, eventType }) => (
        <AppLink to={paths.event(brand, eventId)}>
          <ForeignText>{eventType}</ForeignText>
        </AppLink>
      ),
    },
    {
      key: 'subscription',
      header: watch('filter.subscription'),
      width: '11%',
      cell: ({ subscription }) => <bdi>{subscription}</bdi>,
    },
    {
      key: 'destination',
      header: watch('filter.destination'),
      width: '9%',
      cell: ({ destination }) =>
        destination === null ? <Text c="dimmed">{watch('noDestination')}</Text> : <bdi>{destination}</bdi>,
    },
    { key: 'attempts', header: text('attempts'), end: true, width: '76px', cell: ({ attemptCount }) => attemptCount },
    {
      key: 'cause',
      header: watch('filter.cause'),
      width: '18%',
      cell: ({ status, inFlight, dueAt, ...delivery }) => (
        <OneLine>
          {saysMore(delivery) && <Explanation delivery={delivery} />}{' '}
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
      width: '90px',
      cell: ({ createdAt }) => <TimeText at={createdAt} />,
    },
  ];
}
