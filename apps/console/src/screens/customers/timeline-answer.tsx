import { Paper, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useBrand } from '../../lib/use-brand';
import { paths } from '../../app/paths';
import { AppLink } from '../../ui/app-link';
import { DeliveryBadge } from '../../ui/state-badge';
import { TimeText } from '../../ui/time-text';
import { Explanation, saysMore } from '../watch/explanation';
import { useText as useWatchText } from '../watch/text';
import { useText } from './text';
import { hasArrived, RESULTS, summaryOf, type TimelineEvent } from './timeline';

interface TimelineAnswerProps {
  readonly customer: string;
  /** Subscriptions to which the timeline is limited. Empty: all. */
  readonly subscriptions: readonly string[];
  readonly events: readonly TimelineEvent[];
}

/** Answers in a sentence why the customer got a message or not: counts of the shown events, and the newest reason. */
export function TimelineAnswer({ customer, subscriptions, events }: TimelineAnswerProps): ReactNode {
  const text = useText();
  const watch = useWatchText();
  const summary = summaryOf(events);
  const counts = RESULTS.filter((result) => summary[result] > 0).map((result) =>
    watch(`result.${result}`, { count: summary[result] }),
  );
  if (summary.noDelivery > 0) counts.push(text('noDelivery', { count: summary.noDelivery }));
  const names = subscriptions.join(', ');
  return (
    <Paper p="md" component="section" aria-label={text('answer.label')}>
      <Stack gap={4}>
        <Text fw={600} className="pb-foreign">
          {names === '' ? text('answer.all', { id: customer }) : text('answer.one', { id: customer, names })}
        </Text>
        <Text>
          {text('answer.events', { count: events.length })}
          {counts.length > 0 && ` ${counts.join(' · ')}`}
        </Text>
        <NewestReason events={events} />
      </Stack>
    </Paper>
  );
}

/** Newest delivery that did not reach the customer, with its reason. */
function NewestReason({ events }: { readonly events: readonly TimelineEvent[] }): ReactNode {
  const text = useText();
  const brand = useBrand();
  const found = events
    .flatMap((event) => event.subscriptions.map((subscription) => ({ event, ...subscription })))
    .find(({ delivery }) => delivery !== null && !hasArrived(delivery));
  const delivery = found?.delivery;
  if (found === undefined || delivery === null || delivery === undefined) return null;
  return (
    <Text>
      {text('answer.newest')} <AppLink to={paths.delivery(brand, delivery.id)}>{found.name}</AppLink>{' '}
      <Text span c="dimmed">
        <TimeText at={found.event.receivedAt} />
      </Text>{' '}
      <DeliveryBadge delivery={delivery} /> {saysMore(delivery) && <Explanation delivery={delivery} />}
    </Text>
  );
}
