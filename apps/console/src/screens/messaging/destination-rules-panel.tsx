import { Paper, Stack, Text, Title } from '@mantine/core';
import type { Entry } from '@patchbay/client';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLocale } from 'use-intl';
import { destinationsQuery } from '../../api/queries';
import { paths } from '../../app/paths';
import { withDurations } from '../../lib/duration';
import { AppLink } from '../../ui/app-link';
import { TimeText } from '../../ui/time-text';
import { useText } from './text';

type Destination = Entry<'/v1/brands/{brand}/destinations'>;

/** Destinations that limit their messages. The settings of a destination change its rules. Nothing if none has rules. */
export function DestinationRulesPanel({ brand }: { readonly brand: string }): ReactNode {
  const text = useText();
  const query = useQuery(destinationsQuery(brand));
  const ruled = (query.data?.data ?? []).filter(({ messaging }) => messaging !== null);
  if (ruled.length === 0) return null;
  return (
    <Paper p="md" component="section" aria-label={text('destinations.title')}>
      <Stack gap={4}>
        <Title order={2}>{text('destinations.title')}</Title>
        <Text size="sm" c="dimmed">
          {text('destinations.help')}
        </Text>
        {ruled.map((destination) => (
          <Text key={destination.name}>
            <AppLink to={paths.destination(brand, destination.name)} search={{ tab: 'settings' }}>
              {destination.name}
            </AppLink>
            {': '}
            <Rules {...destination} />
          </Text>
        ))}
      </Stack>
    </Paper>
  );
}

function Rules({ messaging }: Pick<Destination, 'messaging'>): ReactNode {
  const text = useText();
  const locale = useLocale();
  const { sendAfter = null, contactInterval = null, quota = null } = messaging ?? {};
  return (
    <>
      {sendAfter !== null && `${text('destinations.sendAfter', withDurations({ duration: sendAfter }, locale))} `}
      {contactInterval !== null &&
        `${text('destinations.contactInterval', withDurations({ duration: contactInterval }, locale))} `}
      {quota !== null &&
        text.rich(`destinations.${quota.excess}`, {
          ...withDurations({ max: quota.max, used: quota.used, period: quota.per }, locale),
          at: () => <TimeText at={quota.resetsAt} />,
        })}
    </>
  );
}
