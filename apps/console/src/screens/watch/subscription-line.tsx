import { Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths';
import { useBrand } from '../../lib/use-brand';
import { AppLink } from '../../ui/app-link';
import { DeliveryBadge } from '../../ui/state-badge';
import { TimeText } from '../../ui/time-text';
import { Explanation, saysMore } from './explanation';
import { NotTaken, type Outcome } from './not-taken';
import { RouteOutcome } from './route-outcome';
import classes from './subscription-line.module.css';
import { useText } from './text';

type DeliveryEntry = Outcome['deliveries'][number];

/** Line of a subscription below an event: its deliveries, or why it did not take the event. */
export function SubscriptionLine({ outcome }: { readonly outcome: Outcome }): ReactNode {
  const brand = useBrand();
  const name = <AppLink to={paths.subscription(brand, outcome.name)}>{outcome.name}</AppLink>;
  if (outcome.delivery === null) {
    return (
      <div className={classes.line}>
        <span className={classes.name}>{name}</span>
        <NotTaken outcome={outcome} />
      </div>
    );
  }
  return (
    <div className={classes.line}>
      <span className={classes.name}>{name}</span>
      <Stack gap={4}>
        {outcome.deliveries.map((delivery) => (
          <DeliveryLine key={delivery.id} delivery={delivery} />
        ))}
        {outcome.route !== null && <RouteOutcome name={outcome.name} entries={outcome.route} />}
      </Stack>
    </div>
  );
}

function DeliveryLine({ delivery }: { readonly delivery: DeliveryEntry }): ReactNode {
  const text = useText();
  const brand = useBrand();
  const { status, inFlight, dueAt, attemptCount, destination } = delivery;
  return (
    <Group gap="sm">
      <span>
        <DeliveryBadge delivery={delivery} />
      </span>
      <Text span c="dimmed">
        {destination === null ? text('line.undecided') : text.rich('line.to', { name: () => <bdi>{destination}</bdi> })}
        {delivery.step > 0 && ` · ${text('line.step', { step: delivery.step })}`}
      </Text>
      {saysMore(delivery) && (
        <span>
          <Explanation delivery={delivery} />
        </span>
      )}
      {status === 'scheduled' && !inFlight && dueAt !== null && (
        <Text span c="dimmed">
          {text.rich('line.next', {
            time: () => <TimeText at={dueAt} />,
            distance: () => <TimeText at={dueAt} relative />,
          })}
        </Text>
      )}
      {attemptCount > 0 && (
        <Text span c="dimmed">
          {text('line.attempts', { count: attemptCount })}
        </Text>
      )}
      <AppLink to={paths.delivery(brand, delivery.id)}>{text('line.open')}</AppLink>
    </Group>
  );
}
