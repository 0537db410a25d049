import { Stack, Text } from '@mantine/core';
import { answerOf, type Entry } from '@patchbay/client';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api } from '../../api/client';
import { paths } from '../../app/paths';
import { destinationsOf } from '../../lib/destinations-of';
import { useBrand } from '../../lib/use-brand';
import { useRole } from '../../lib/use-me';
import { AppLink, ButtonLink } from '../../ui/app-link';
import { DataTable, type Column } from '../../ui/data-table';
import { DestinationLinks } from '../../ui/destination-links';
import { ManagedBadge } from '../../ui/managed-by-file';
import { Page } from '../../ui/page';
import { useListPage } from '../../ui/use-list-page';
import { RecentCounts } from './recent-counts';
import { FilterWords } from './filter/filter-words';
import { countsQuery } from './queries';
import { useText } from './text';

type Row = Entry<'/v1/brands/{brand}/subscriptions'>;

/** List of a brand's subscriptions. */
export function SubscriptionsScreen(): ReactNode {
  const text = useText();
  const brand = useBrand();
  const isAdmin = useRole('admin');
  const page = useListPage<Row>({
    key: ['subscriptions', brand, 'list'],
    rowKey: ({ name }) => name,
    load: (paging, signal, headers) =>
      answerOf(
        api.GET('/v1/brands/{brand}/subscriptions', {
          params: { path: { brand }, query: paging },
          signal,
          headers,
        }),
      ),
  });
  const counts = useQuery(countsQuery(brand)).data;
  const create = isAdmin ? <ButtonLink to={paths.newSubscription(brand)}>{text('create')}</ButtonLink> : null;
  const columns: Column<Row>[] = [
    {
      key: 'name',
      header: text('fields.name'),
      width: '16%',
      cell: ({ name }) => <AppLink to={paths.subscription(brand, name)}>{name}</AppLink>,
    },
    {
      key: 'events',
      header: text('fields.events'),
      width: '16%',
      cell: ({ events }) =>
        events.includes('*') ? text('events.all') : <bdi className="pb-code">{events.join(', ')}</bdi>,
    },
    { key: 'when', header: text('fields.when'), cell: ({ when }) => <FilterWords when={when} /> },
    {
      key: 'destination',
      header: text('fields.destination'),
      width: '13%',
      cell: ({ source, ...ends }) => (
        <bdi dir="ltr">
          {source} → <DestinationLinks names={destinationsOf(ends)} />
        </bdi>
      ),
    },
    {
      key: 'counts',
      header: text('counts.title'),
      width: '16%',
      cell: ({ name }) => <RecentCounts counts={counts?.get(name)} />,
    },
    { key: 'version', header: text('version'), width: '64px', end: true, cell: ({ version }) => `v${version}` },
    { key: 'origin', header: text('origin'), width: '15%', cell: (row) => <ManagedBadge {...row} /> },
  ];
  return (
    <Page title={text('title')} actions={create}>
      <DataTable
        page={page}
        columns={columns}
        rowKey={({ name }) => name}
        label={text('title')}
        empty={
          <Stack align="center" gap="sm">
            <Text>{text('empty')}</Text>
            {create}
          </Stack>
        }
      />
    </Page>
  );
}
