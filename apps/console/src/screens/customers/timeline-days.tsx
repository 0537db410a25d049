import { Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useLocale } from 'use-intl';
import { paths } from '../../app/paths';
import { useBrand } from '../../lib/use-brand';
import { useZone } from '../../lib/use-zone';
import { AppLink } from '../../ui/app-link';
import { ForeignText } from '../../ui/foreign-text';
import { StateBadge } from '../../ui/state-badge';
import { TimeText } from '../../ui/time-text';
import { SubscriptionLine } from '../watch/subscription-line';
import { useText } from './text';
import { byDay, concerned, type TimelineEvent } from './timeline';
import classes from './timeline-days.module.css';

/** Events of a customer by day, newest first. */
export function TimelineDays({ events }: { readonly events: readonly TimelineEvent[] }): ReactNode {
  const locale = useLocale();
  const zone = useZone();
  const format = new Intl.DateTimeFormat(locale, { timeZone: zone, weekday: 'long', day: 'numeric', month: 'long' });
  return byDay(events, zone).map((day) => (
    <Stack key={day.at} component="section" gap="sm">
      <Title order={2}>{format.format(new Date(day.at))}</Title>
      <ol className={classes.events}>
        {day.events.map((event) => (
          <li key={event.id} className={classes.event} data-event={event.id} data-row={event.id}>
            <EventLine event={event} />
          </li>
        ))}
      </ol>
    </Stack>
  ));
}

function EventLine({ event }: { readonly event: TimelineEvent }): ReactNode {
  const text = useText();
  const brand = useBrand();
  const lines = concerned(event);
  return (
    <Stack gap={4}>
      <Group gap="sm">
        <Text span c="dimmed">
          <TimeText at={event.receivedAt} />
        </Text>
        <AppLink to={paths.event(brand, event.id)}>
          <ForeignText>{event.type}</ForeignText>
        </AppLink>
        {event.status === 'quarantined' && <StateBadge state="quarantined" />}
      </Group>
      {lines.length === 0 ? (
        <Text c="dimmed">{text('noSubscription')}</Text>
      ) : (
        <ul className={classes.lines}>
          {lines.map((outcome) => (
            <li key={outcome.name} data-subscription={outcome.name}>
              <SubscriptionLine outcome={outcome} />
            </li>
          ))}
        </ul>
      )}
    </Stack>
  );
}
