import { Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths';
import { useBrand } from '../../lib/use-brand';
import { useRole } from '../../lib/use-me';
import { ButtonLink } from '../../ui/app-link';
import { Page } from '../../ui/page';
import { QueryState } from '../../ui/query-state';
import { RoutingMap } from './routing-map';
import { useText } from './text';
import { useRouting } from './use-routing';

/** Map of what is connected to what, with rates and health. */
export function RoutingScreen(): ReactNode {
  const text = useText();
  const brand = useBrand();
  const isAdmin = useRole('admin');
  const query = useRouting(brand);
  return (
    <Page
      title={text('title')}
      actions={isAdmin && <ButtonLink to={paths.newSubscription(brand)}>{text('create')}</ButtonLink>}
    >
      <QueryState query={query}>
        {(routing) =>
          routing.sources.length === 0 && routing.destinations.length === 0 ? (
            <Group gap="sm">
              <Text>{text('empty')}</Text>
              {isAdmin && <ButtonLink to={paths.connect(brand)}>{text('emptyAction')}</ButtonLink>}
            </Group>
          ) : (
            <Stack gap="md">
              <Text c="dimmed">{text('intro')}</Text>
              <RoutingMap brand={brand} routing={routing} />
            </Stack>
          )
        }
      </QueryState>
    </Page>
  );
}
