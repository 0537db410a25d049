import { Button, Group, NativeSelect, Text } from '@mantine/core';
import { answerOf, type Entry } from '@patchbay/client';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import { useBrand } from '../../lib/use-brand';
import { useMe, useRole } from '../../lib/use-me';
import { useUrlState } from '../../lib/use-url-state';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { DataTable, type Column } from '../../ui/data-table';
import { ForeignText } from '../../ui/foreign-text';
import { Page } from '../../ui/page';
import { TimeText } from '../../ui/time-text';
import { useListPage } from '../../ui/use-list-page';
import { FilterBar, TextFilter } from '../watch/filter-bar';
import { AddSuppressionDialog } from './add-suppression-dialog';
import { KINDS, REASONS } from './kinds';
import { RevealedAddress } from './revealed-address';
import { useText } from './text';

type Suppression = Entry<'/v1/brands/{brand}/suppressions'>;

const FILTERS = { kind: '', reason: '' };

/** Suppression list of a brand: search, add and remove. */
export function SuppressionsScreen(): ReactNode {
  const brand = useBrand();
  return <SuppressionsOfBrand key={brand} brand={brand} />;
}

function SuppressionsOfBrand({ brand }: { readonly brand: string }): ReactNode {
  const text = useText();
  const isOperator = useRole('operator');
  const [filters, setFilters] = useUrlState(FILTERS);
  // The address is a personal value, so the URL must not contain it.
  const [address, setAddress] = useState('');
  const [isAdding, setIsAdding] = useState(false);
  const [removing, setRemoving] = useState<Suppression | null>(null);
  const kind = KINDS.find((one) => one === filters.kind);
  const reason = REASONS.find((one) => one === filters.reason);
  const query = {
    ...(kind === undefined ? {} : { kind }),
    ...(reason === undefined ? {} : { reason }),
    ...(kind === undefined || address === '' ? {} : { address }),
  };
  const clear = (): void => {
    setFilters(FILTERS);
    setAddress('');
  };
  const page = useListPage<Suppression>({
    key: ['suppressions', brand, query],
    rowKey: ({ id }) => id,
    load: (paging, signal, headers) => {
      const params = { path: { brand }, query: { ...query, ...paging } };
      return answerOf(api.GET('/v1/brands/{brand}/suppressions', { params, signal, headers }));
    },
  });
  const isFiltered = Object.keys(query).length > 0;
  return (
    <Page
      title={text('title')}
      actions={isOperator && <Button onClick={() => setIsAdding(true)}>{text('add')}</Button>}
    >
      <Text c="dimmed" maw={720}>
        {text('about')}
      </Text>
      <FilterBar active={isFiltered} onClear={clear}>
        <NativeSelect
          label={text('kind')}
          data={[
            { value: '', label: text('any') },
            ...KINDS.map((value) => ({ value, label: text(`kinds.${value}`) })),
          ]}
          value={filters.kind}
          onChange={(event) => {
            setFilters({ kind: event.currentTarget.value });
            setAddress('');
          }}
        />
        {kind !== undefined && (
          <TextFilter
            label={text('address')}
            placeholder={text('addressExample')}
            value={address}
            onChange={(next) => {
              setAddress(next);
              // Any change of the filters leads to the first page.
              setFilters({});
            }}
          />
        )}
        <NativeSelect
          label={text('reason')}
          data={[
            { value: '', label: text('any') },
            ...REASONS.map((value) => ({ value, label: text(`reasons.${value}`) })),
          ]}
          value={filters.reason}
          onChange={(event) => setFilters({ reason: event.currentTarget.value })}
        />
      </FilterBar>
      <DataTable
        page={page}
        columns={useColumns(setRemoving)}
        rowKey={({ id }) => id}
        label={text('title')}
        empty={<Text>{text('empty')}</Text>}
        filtered={isFiltered}
        onClearFilters={clear}
      />
      <AddSuppressionDialog brand={brand} opened={isAdding} onClose={() => setIsAdding(false)} onAdded={page.retry} />
      <ConfirmDialog
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={text('removeTitle')}
        action={text('remove')}
        tick={text('removeTick')}
        danger
        onConfirm={async () => {
          if (removing === null) return;
          const path = { brand, id: removing.id };
          await api.DELETE('/v1/brands/{brand}/suppressions/{id}', { params: { path } });
          page.retry();
        }}
      >
        <Text>{text('removeText')}</Text>
      </ConfirmDialog>
    </Page>
  );
}

function useColumns(onRemove: (suppression: Suppression) => void): Column<Suppression>[] {
  const text = useText();
  const brand = useBrand();
  const { reveal } = useMe();
  const isOperator = useRole('operator');
  const columns: Column<Suppression>[] = [
    { key: 'kind', header: text('kind'), cell: ({ kind }) => text(`kinds.${kind}`) },
    { key: 'reason', header: text('reason'), cell: ({ reason }) => text(`reasons.${reason}`) },
    { key: 'stops', header: text('stops'), cell: (suppression) => <Scope {...suppression} /> },
    { key: 'by', header: text('by'), cell: ({ reportedBy }) => <ForeignText>{reportedBy}</ForeignText> },
    { key: 'since', header: text('since'), cell: ({ createdAt }) => <TimeText at={createdAt} /> },
    {
      key: 'detail',
      header: text('detail'),
      cell: ({ detail }) => (detail === null ? <Text c="dimmed">–</Text> : <ForeignText>{detail}</ForeignText>),
    },
  ];
  if (!isOperator && !reveal) return columns;
  const actions: Column<Suppression> = {
    key: 'actions',
    header: text('actions'),
    cell: (suppression) => (
      <Group gap="xs">
        {reveal && <RevealedAddress brand={brand} id={suppression.id} />}
        {isOperator && (
          <Button variant="default" size="compact-xs" onClick={() => onRemove(suppression)}>
            {text('remove')}
          </Button>
        )}
      </Group>
    ),
  };
  return [...columns, actions];
}

function Scope({ channel, purpose, sender }: Pick<Suppression, 'channel' | 'purpose' | 'sender'>): ReactNode {
  const text = useText();
  const parts = [
    ...(channel === null ? [] : [text(`channels.${channel}`)]),
    ...(purpose === null ? [] : [text('promotional')]),
    ...(sender === null ? [] : [text('from', { sender })]),
  ];
  return parts.length === 0 ? text('allMessages') : <bdi>{parts.join(', ')}</bdi>;
}
