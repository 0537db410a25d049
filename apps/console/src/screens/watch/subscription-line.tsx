import { Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Answer } from '../../api/types';
import { paths } from '../../app/paths';
import { useBrand } from '../../lib/use-brand';
import { AppLink } from '../../ui/app-link';
import { ForeignText } from '../../ui/foreign-text';
import { deliveryState, StateBadge } from '../../ui/state-badge';
import { TimeText } from '../../ui/time-text';
import { Explanation } from './explanation';
import { withoutState } from './explanation-parts';
import classes from './subscription-line.module.css';
import { useText } from './text';

/** Outcome of an event for a subscription. */
export type Outcome = Answer<'/v1/brands/{brand}/events/{id}'>['subscriptions'][number];
type DeliveryEntry = Outcome['deliveries'][number];

/** Line of a subscription below an event: its deliveries, or why it did not take the event. */
export function SubscriptionLine({ outcome }: { readonly outcome: Outcome }): ReactNode {
  const brand = useBrand();
  const name = <AppLink to={paths.subscription(brand, outcome.name)}>{outcome.name}</AppLink>;
  if (outcome.delivery === null) {
    return (
      <div className={classes.line}>
        <span className={classes.name}>{name}</span>
        <Reason outcome={outcome} />
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
      </Stack>
    </div>
  );
}

function Reason({ outcome }: { readonly outcome: Outcome }): ReactNode {
  const text = useText();
  const brand = useBrand();
  const { clause } = outcome;
  return (
    <div>
      <Text span c="dimmed">
        {text(`outcome.${outcome.outcome === 'matched' ? 'noDelivery' : outcome.outcome}`)}{' '}
        {clause === null ? (
          outcome.outcome === 'otherSource' ? null : (
            <ForeignText>{outcome.explanation}</ForeignText>
          )
        ) : (
          text.rich('outcome.clause', {
            clause: () => (
              <bdi className="pb-code">
                {`${clause.path} ${clause.operator} ${JSON.stringify(clause.expected)}`.trim()}
              </bdi>
            ),
            actual: () => <bdi className="pb-code">{JSON.stringify(clause.actual)}</bdi>,
          })
        )}
      </Text>{' '}
      {clause !== null && <AppLink to={paths.subscription(brand, outcome.name)}>{text('outcome.editFilter')}</AppLink>}
    </div>
  );
}

function DeliveryLine({ delivery }: { readonly delivery: DeliveryEntry }): ReactNode {
  const text = useText();
  const brand = useBrand();
  const { status, inFlight, dueAt, attemptCount } = delivery;
  return (
    <Group gap="sm">
      <StateBadge state={deliveryState(delivery)} />
      <Text span c="dimmed">
        {text.rich('line.to', { name: () => <bdi>{delivery.destination}</bdi> })}
        {delivery.step > 0 && ` · ${text('line.step', { step: delivery.step })}`}
      </Text>
      {withoutState(delivery.explanation) !== '' && (
        <span>
          <Explanation>{delivery.explanation}</Explanation>
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
      {delivery.vendorStatus !== null && <StateBadge state={delivery.vendorStatus} />}
      {attemptCount > 0 && (
        <Text span c="dimmed">
          {text('line.attempts', { count: attemptCount })}
        </Text>
      )}
      <AppLink to={paths.delivery(brand, delivery.id)}>{text('line.open')}</AppLink>
    </Group>
  );
}
