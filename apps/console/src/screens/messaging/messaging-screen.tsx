import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths';
import { destinationsOf } from '../../lib/destinations-of';
import { brandsQuery, useBrand } from '../../lib/use-brand';
import { useRole } from '../../lib/use-me';
import { useUrlState } from '../../lib/use-url-state';
import { AppLink, ButtonLink } from '../../ui/app-link';
import { Page } from '../../ui/page';
import { QueryState } from '../../ui/query-state';
import { CapsPanel } from './caps-panel';
import { DayLine } from './day-line';
import { DestinationRulesPanel } from './destination-rules-panel';
import { clockOf, minuteOfDay } from './rules';
import { useText } from './text';
import { TimeSlider } from './time-slider';
import { useMessageSubscriptions } from './use-message-subscriptions';

/** Messaging rules of all subscriptions of a brand on lines of a day, and the caps of the brand. */
export function MessagingScreen(): ReactNode {
  const text = useText();
  const brand = useBrand();
  const isAdmin = useRole('admin');
  const [{ at }, setUrl] = useUrlState({ at: '20:00' });
  const event = minuteOfDay(at) ?? 1_200;
  const found = useQuery(brandsQuery).data?.data.find(({ name }) => name === brand);
  const subscriptions = useMessageSubscriptions(brand);
  return (
    <Page title={text('title')}>
      <Text maw={720}>{text('intro')}</Text>
      {found !== undefined && <CapsPanel brand={brand} caps={found.messaging?.caps ?? {}} />}
      <DestinationRulesPanel brand={brand} />
      <Stack gap="sm">
        <Group justify="space-between" align="end">
          <Title order={2}>{text('subscriptions')}</Title>
          <Text size="sm">{text('line.title', { zone: found?.timezone ?? 'UTC' })}</Text>
        </Group>
        <Paper p="md">
          <Text size="sm" mb={4}>
            {text('exampleTime')} <b dir="ltr">{clockOf(event)}</b>
          </Text>
          <TimeSlider value={event} onChange={(minute) => setUrl({ at: clockOf(minute) }, { replace: true })} />
        </Paper>
        <QueryState query={subscriptions}>
          {(shown) => {
            if (shown.length === 0) {
              return (
                <Group gap="sm">
                  <Text>{text('empty')}</Text>
                  {isAdmin && <ButtonLink to={paths.newSubscription(brand)}>{text('emptyAction')}</ButtonLink>}
                </Group>
              );
            }
            return shown.map(({ name, messaging, ...ends }) => (
              <Paper key={name} p="md" component="section" aria-label={name}>
                <Group justify="space-between" gap="sm">
                  <Title order={3}>
                    <AppLink to={paths.subscription(brand, name)}>{name}</AppLink>
                  </Title>
                  <Text size="sm" c="dimmed">
                    {text(`purpose.${messaging?.purpose ?? 'promotional'}`)} ·{' '}
                    <bdi>{destinationsOf(ends).join(', ')}</bdi>
                  </Text>
                </Group>
                <DayLine rules={messaging ?? {}} event={event} />
              </Paper>
            ));
          }}
        </QueryState>
      </Stack>
    </Page>
  );
}
