import { Button, Modal, Stack, Text, Title } from '@mantine/core';
import { answerOf, type Entry } from '@patchbay/client';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import { useUrlState } from '../../lib/use-url-state';
import { DataTable, type Column } from '../../ui/data-table';
import { ForeignText } from '../../ui/foreign-text';
import { JsonView } from '../../ui/json-view';
import { Page } from '../../ui/page';
import { TimeText } from '../../ui/time-text';
import { useListPage } from '../../ui/use-list-page';
import { FilterBar, TextFilter } from '../watch/filter-bar';
import { actorText } from './actor-text';
import { useText } from './text';

type AuditEntry = Entry<'/v1/audit'>;
const FILTERS = { actor: '', action: '', brand: '', target: '' } as const;
const NAMES = ['actor', 'action', 'brand', 'target'] as const;

/** Audit log: who did what, when, with the fields before and after. */
export function AuditScreen(): ReactNode {
  const text = useText();
  const [filters, setFilters] = useUrlState(FILTERS);
  const [shown, setShown] = useState<AuditEntry | null>(null);
  const isFiltered = NAMES.some((name) => filters[name] !== '');
  const query = Object.fromEntries(NAMES.flatMap((name) => (filters[name] === '' ? [] : [[name, filters[name]]])));
  const page = useListPage<AuditEntry>({
    key: ['audit', filters],
    rowKey: ({ id }) => id,
    live: true,
    load: (paging, signal, headers) =>
      answerOf(api.GET('/v1/audit', { params: { query: { ...query, ...paging } }, signal, headers })),
  });
  const columns: Column<AuditEntry>[] = [
    { key: 'at', header: text('at'), cell: ({ at }) => <TimeText at={at} />, width: '140px' },
    { key: 'actor', header: text('actor'), cell: ({ actor }) => <ForeignText>{actorText(actor)}</ForeignText> },
    { key: 'action', header: text('action'), cell: ({ action }) => <bdi className="pb-code">{action}</bdi> },
    { key: 'target', header: text('target'), cell: ({ target }) => <ForeignText>{target}</ForeignText> },
    { key: 'brand', header: text('brand'), cell: ({ brand }) => <bdi>{brand ?? text('wholeHub')}</bdi> },
    {
      key: 'change',
      header: text('change'),
      cell: (entry) =>
        entry.before === null && entry.after === null ? null : (
          <Button variant="default" size="compact-xs" onClick={() => setShown(entry)}>
            {text('show')}
          </Button>
        ),
    },
  ];
  return (
    <Page title={text('title')}>
      <FilterBar active={isFiltered} onClear={() => setFilters(FILTERS)}>
        {NAMES.map((name) => (
          <TextFilter
            key={name}
            label={text(name)}
            placeholder={text(`examples.${name}`)}
            value={filters[name]}
            onChange={(value) => setFilters({ [name]: value })}
          />
        ))}
      </FilterBar>
      <DataTable
        page={page}
        columns={columns}
        rowKey={({ id }) => id}
        label={text('title')}
        empty={<Text>{text('empty')}</Text>}
        filtered={isFiltered}
        onClearFilters={() => setFilters(FILTERS)}
      />
      <Modal
        opened={shown !== null}
        onClose={() => setShown(null)}
        title={text('changeTitle')}
        size="xl"
        closeButtonProps={{ 'aria-label': text('close') }}
      >
        {shown !== null && <Change entry={shown} />}
      </Modal>
    </Page>
  );
}

function Change({ entry }: { readonly entry: AuditEntry }): ReactNode {
  const text = useText();
  return (
    <Stack gap="sm">
      <Title order={3}>{text('before')}</Title>
      {entry.before === null ? (
        <Text c="dimmed">{text('none')}</Text>
      ) : (
        <JsonView value={entry.before} label={text('before')} />
      )}
      <Title order={3}>{text('after')}</Title>
      {entry.after === null ? (
        <Text c="dimmed">{text('none')}</Text>
      ) : (
        <JsonView value={entry.after} label={text('after')} />
      )}
    </Stack>
  );
}
