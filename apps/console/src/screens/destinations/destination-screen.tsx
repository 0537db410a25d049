import { Badge, Skeleton, Tabs } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, type ReactNode } from 'react';
import { destinationsQuery } from '../../api/queries';
import { paths } from '../../app/paths';
import { useBrand, usePathParam } from '../../lib/use-brand';
import { useUrlState } from '../../lib/use-url-state';
import { DestinationBadge } from '../../ui/destination-badge';
import { ManagedBadge } from '../../ui/managed-by-file';
import { Page } from '../../ui/page';
import { QueryState } from '../../ui/query-state';
import { typeQuery } from '../types/destination-types';
import { DeleteDestination } from './delete-destination';
import { destinationKey, POLL_MS, readDestination } from './destination-api';
import { DestinationFailures } from './destination-failures';
import { DestinationHealth } from './destination-health';
import { DestinationNotice } from './destination-notice';
import { useText } from './text';

/** The form has most of the page's code, and few people open it. */
const DestinationSettings = lazy(async () => ({
  default: (await import('./destination-settings')).DestinationSettings,
}));

/** Page of a destination: health and pause, failures by cause, and settings. */
export function DestinationScreen(): ReactNode {
  const text = useText();
  const brand = useBrand();
  const name = usePathParam('name');
  const client = useQueryClient();
  const [{ tab }, setUrl] = useUrlState({ tab: 'health' });
  const query = useQuery({
    queryKey: destinationKey(brand, name),
    queryFn: ({ signal }) => readDestination(brand, name, signal),
    // The hub audits each read, because the answer has the callback URL. The list has the current state.
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
  const all = useQuery({ ...destinationsQuery(brand), refetchInterval: POLL_MS }).data?.data;
  const current = all?.find((one) => one.name === name) ?? query.data?.value;
  const type = useQuery({ ...typeQuery(current?.type ?? ''), enabled: current !== undefined }).data;
  const refresh = (): void => {
    void client.invalidateQueries(destinationsQuery(brand));
    void client.invalidateQueries({ queryKey: destinationKey(brand, name) });
  };
  return (
    <Page
      title={name}
      back={{ to: paths.destinations(brand), label: text('title') }}
      beside={
        current !== undefined && (
          <>
            <Badge variant="default">{type?.label ?? current.type}</Badge>
            <DestinationBadge destination={current} />
            <ManagedBadge {...current} />
          </>
        )
      }
      actions={query.data !== undefined && <DeleteDestination brand={brand} destination={query.data} />}
    >
      <QueryState query={query}>
        {(tagged) => {
          const destination = current ?? tagged.value;
          return (
            <>
              <DestinationNotice destination={destination} />
              <Tabs value={tab} onChange={(next) => setUrl({ tab: next ?? 'health' })} keepMounted={false}>
                <Tabs.List mb="md">
                  <Tabs.Tab value="health">{text('tabs.health')}</Tabs.Tab>
                  <Tabs.Tab value="failed">{text('tabs.failed')}</Tabs.Tab>
                  <Tabs.Tab value="settings">{text('tabs.settings')}</Tabs.Tab>
                </Tabs.List>
                <Tabs.Panel value="health">
                  <DestinationHealth
                    brand={brand}
                    destination={destination}
                    callbackUrl={tagged.value.callbackUrl}
                    type={type}
                    onChanged={refresh}
                  />
                </Tabs.Panel>
                <Tabs.Panel value="failed">
                  <DestinationFailures brand={brand} name={name} />
                </Tabs.Panel>
                <Tabs.Panel value="settings">
                  <Suspense fallback={<Skeleton height={200} />}>
                    <DestinationSettings key={name} brand={brand} loaded={tagged} type={type} onSaved={refresh} />
                  </Suspense>
                </Tabs.Panel>
              </Tabs>
            </>
          );
        }}
      </QueryState>
    </Page>
  );
}
