import { Alert, Group, Stack, Text } from '@mantine/core';
import { IconBellOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { OPERATIONAL_SOURCE, subscriptionsQuery } from '../../api/queries';
import { paths } from '../../app/paths';
import { destinationsOf } from '../../lib/destinations-of';
import { useBrand } from '../../lib/use-brand';
import { useRole } from '../../lib/use-me';
import { AppLink, ButtonLink } from '../../ui/app-link';
import { DestinationLinks } from '../../ui/destination-links';
import { useText } from './text';

/** Subscriptions that send operational events to a destination, or a warning that there is none. */
export function AlertReceivers(): ReactNode {
  const text = useText();
  const brand = useBrand();
  const isAdmin = useRole('admin');
  const { data } = useQuery(subscriptionsQuery(brand));
  if (data === undefined) return null;
  const receivers = data.data.filter(({ source }) => source === OPERATIONAL_SOURCE);
  if (receivers.length === 0) {
    return (
      <Alert color="yellow" icon={<IconBellOff aria-hidden />} title={text('nobody.title')}>
        <Stack gap="sm" align="start">
          <Text>{text('nobody.text')}</Text>
          {isAdmin && (
            <ButtonLink to={paths.newSubscription(brand)} search={{ source: OPERATIONAL_SOURCE }}>
              {text('nobody.action')}
            </ButtonLink>
          )}
        </Stack>
      </Alert>
    );
  }
  return (
    <Stack gap={4}>
      {receivers.map(({ name, events, ...ends }) => (
        <Group key={name} gap="sm">
          <AppLink to={paths.subscription(brand, name)}>{name}</AppLink>
          <Text c="dimmed">
            {text.rich('receiver', {
              events: () => <bdi className="pb-code">{events.join(', ')}</bdi>,
              destination: () => <DestinationLinks names={destinationsOf(ends)} />,
            })}
          </Text>
        </Group>
      ))}
    </Stack>
  );
}
