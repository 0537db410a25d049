import { Stack, Text } from '@mantine/core';
import { answerOf, type Entry } from '@patchbay/client';
import { IconCheck, IconClock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { api } from '../../api/client';
import { paths } from '../../app/paths';
import { useBrand } from '../../lib/use-brand';
import { useRole } from '../../lib/use-me';
import { AppLink, ButtonLink } from '../../ui/app-link';
import { CopyText } from '../../ui/copy-text';
import { DataTable, type Column } from '../../ui/data-table';
import { ForeignText } from '../../ui/foreign-text';
import { IconWord } from '../../ui/icon-word';
import { Page } from '../../ui/page';
import { TimeText } from '../../ui/time-text';
import { useListPage } from '../../ui/use-list-page';
import { useText } from './text';

type Erasure = Entry<'/v1/brands/{brand}/erasures'>;

/** Erasures of customers with their receipts, newest first. They do not name the customer. */
export function ErasuresScreen(): ReactNode {
  const text = useText();
  const brand = useBrand();
  const mayErase = useRole('admin');
  const page = useListPage<Erasure>({
    key: ['erasures', brand],
    rowKey: ({ id }) => id,
    live: true,
    load: (paging, signal, headers) => {
      const params = { path: { brand }, query: paging };
      return answerOf(api.GET('/v1/brands/{brand}/erasures', { params, signal, headers }));
    },
  });
  return (
    <Page title={text('title')}>
      <Text c="dimmed" maw={720}>
        {text('about')}
      </Text>
      <DataTable
        page={page}
        columns={useColumns(brand)}
        rowKey={({ id }) => id}
        label={text('title')}
        empty={
          <Stack align="center" gap="sm">
            <Text>{text('empty')}</Text>
            {mayErase && (
              <ButtonLink to={paths.customers(brand)} variant="default">
                {text('findCustomer')}
              </ButtonLink>
            )}
          </Stack>
        }
      />
    </Page>
  );
}

function useColumns(brand: string): Column<Erasure>[] {
  const text = useText();
  return [
    { key: 'tombstone', header: text('tombstone'), cell: ({ tombstone }) => <Tombstone value={tombstone} /> },
    { key: 'state', header: text('stateHeader'), cell: ({ state }) => <ErasureState state={state} /> },
    { key: 'started', header: text('started'), cell: ({ createdAt }) => <TimeText at={createdAt} /> },
    {
      key: 'ended',
      header: text('ended'),
      cell: ({ endedAt }) => (endedAt === null ? <Text c="dimmed">–</Text> : <TimeText at={endedAt} />),
    },
    { key: 'events', header: text('events'), end: true, cell: ({ events }) => events },
    { key: 'deliveries', header: text('deliveries'), end: true, cell: ({ deliveries }) => deliveries },
    { key: 'attempts', header: text('attempts'), end: true, cell: ({ attempts }) => attempts },
    {
      key: 'by',
      header: text('by'),
      cell: ({ requestedBy, eventId }) =>
        eventId === null ? (
          <ForeignText>{requestedBy}</ForeignText>
        ) : (
          <AppLink to={paths.event(brand, eventId)}>{text('byEvent')}</AppLink>
        ),
    },
  ];
}

function Tombstone({ value }: { readonly value: string }): ReactNode {
  return <CopyText value={value} shown={value.length > 16 ? `${value.slice(0, 12)}…` : value} />;
}

function ErasureState({ state }: { readonly state: Erasure['state'] }): ReactNode {
  const text = useText();
  const [icon, tone] = state === 'done' ? ([IconCheck, 'ok'] as const) : ([IconClock, 'waiting'] as const);
  return (
    <IconWord icon={icon} tone={tone} state={state}>
      {text(`state.${state}`)}
    </IconWord>
  );
}
