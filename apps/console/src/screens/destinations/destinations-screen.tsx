import { Stack, Text } from '@mantine/core';
import { answerOf } from '@patchbay/client';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api } from '../../api/client';
import { destinationsQuery, statsQuery } from '../../api/queries';
import { paths } from '../../app/paths';
import { useBrand } from '../../lib/use-brand';
import { useRole } from '../../lib/use-me';
import { AppLink, ButtonLink } from '../../ui/app-link';
import { ClampedText } from '../../ui/clamped-text';
import { DataTable, type Column } from '../../ui/data-table';
import { DestinationBadge } from '../../ui/destination-badge';
import { ManagedBadge } from '../../ui/managed-by-file';
import { Page } from '../../ui/page';
import { TimeText } from '../../ui/time-text';
import { useListPage } from '../../ui/use-list-page';
import { typesQuery } from '../types/destination-types';
import { POLL_MS, type Destination } from './destination-api';
import { useText } from './text';

/** Destinations of a brand with their state and backlog. */
export function DestinationsScreen(): ReactNode {
  const text = useText();
  const brand = useBrand();
  const mayCreate = useRole('admin');
  const page = useListPage<Destination>({
    key: ['destinations', brand, 'list'],
    rowKey: ({ name }) => name,
    load: (paging, signal, headers) => {
      const params = { path: { brand }, query: paging };
      return answerOf(api.GET('/v1/brands/{brand}/destinations', { params, signal, headers }));
    },
  });
  // The list keeps its rows; states and backlogs are polled beside it.
  const current = useQuery({ ...destinationsQuery(brand), refetchInterval: POLL_MS }).data?.data ?? [];
  const stats = useQuery({ ...statsQuery, refetchInterval: POLL_MS }).data?.destinations ?? [];
  const types = useQuery(typesQuery).data?.data ?? [];
  const statsOf = (name: string) => stats.find((one) => one.brand === brand && one.name === name);
  const columns: Column<Destination>[] = [
    {
      key: 'name',
      header: text('list.name'),
      cell: ({ name }) => <AppLink to={paths.destination(brand, name)}>{name}</AppLink>,
    },
    {
      key: 'type',
      header: text('list.type'),
      cell: ({ type }) => <bdi>{types.find((one) => one.type === type)?.label ?? type}</bdi>,
    },
    {
      key: 'state',
      header: text('list.state'),
      cell: (row) => <StateWithReason destination={current.find(({ name }) => name === row.name) ?? row} />,
    },
    { key: 'waiting', header: text('list.waiting'), end: true, cell: ({ name }) => statsOf(name)?.waiting ?? '–' },
    {
      key: 'oldest',
      header: text('list.oldest'),
      cell: ({ name }) => {
        const oldest = statsOf(name)?.oldestDueAt ?? null;
        return oldest === null ? '–' : <TimeText at={oldest} relative />;
      },
    },
    { key: 'success', header: text('list.success'), cell: ({ health }) => <TimeText at={health.lastSuccessAt} /> },
    { key: 'origin', header: text('list.origin'), cell: (row) => <Origin destination={row} /> },
  ];
  return (
    <Page
      title={text('title')}
      actions={mayCreate && <ButtonLink to={paths.newDestination(brand)}>{text('add')}</ButtonLink>}
    >
      <DataTable
        page={page}
        columns={columns}
        rowKey={({ name }) => name}
        label={text('title')}
        empty={
          <Stack align="center" gap="sm">
            <Text>{text('empty')}</Text>
            {mayCreate && <ButtonLink to={paths.newDestination(brand)}>{text('add')}</ButtonLink>}
          </Stack>
        }
      />
    </Page>
  );
}

/** State of a destination, and the reason if it sends nothing. */
function StateWithReason({ destination }: { readonly destination: Destination }): ReactNode {
  const text = useText();
  const { disabled, file, pausedReason } = destination;
  const reason = disabled ? text('notice.disabled', { file: file ?? '' }) : pausedReason;
  return (
    <>
      <DestinationBadge destination={destination} />
      {reason !== null && <ClampedText>{reason}</ClampedText>}
    </>
  );
}

function Origin({ destination }: { readonly destination: Destination }): ReactNode {
  const text = useText();
  return destination.managedBy === 'file' ? <ManagedBadge {...destination} /> : text('origin.api');
}
