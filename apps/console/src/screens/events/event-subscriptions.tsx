import { Alert, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths';
import { useBrand } from '../../lib/use-brand';
import { AppLink } from '../../ui/app-link';
import { ForeignText } from '../../ui/foreign-text';
import { SubscriptionLine } from '../watch/subscription-line';
import { bySurprise, type EventDetails } from './event-details';
import classes from './event-subscriptions.module.css';
import { useText } from './text';

/** Outcome of an event for each subscription: its deliveries, or why the subscription did not take the event. */
export function EventSubscriptions({ event }: { readonly event: EventDetails }): ReactNode {
  const text = useText();
  const brand = useBrand();
  if (event.quarantineReason !== null) {
    return (
      <Alert color="red" title={text('quarantined')}>
        <ForeignText>{event.quarantineReason}</ForeignText>
      </Alert>
    );
  }
  if (event.subscriptions.length === 0) {
    return (
      <Text>
        {text.rich('noSubscription', {
          link: (words) => <AppLink to={paths.subscriptions(brand)}>{words}</AppLink>,
        })}
      </Text>
    );
  }
  return (
    <Stack component="ul" gap={0} className={classes.list}>
      {bySurprise(event.subscriptions).map((outcome) => (
        <li key={outcome.name} data-subscription={outcome.name}>
          <SubscriptionLine outcome={outcome} />
        </li>
      ))}
    </Stack>
  );
}
