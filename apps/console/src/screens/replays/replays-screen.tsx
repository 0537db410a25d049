import { Stack, Text } from '@mantine/core';
import { answerOf, type Entry } from '@patchbay/client';
import type { ReactNode } from 'react';
import { api } from '../../api/client';
import { paths } from '../../app/paths';
import { useBrand } from '../../lib/use-brand';
import { useRole } from '../../lib/use-me';
import { AppLink, ButtonLink } from '../../ui/app-link';
import { DataTable, type Column } from '../../ui/data-table';
import { ForeignText } from '../../ui/foreign-text';
import { Page } from '../../ui/page';
import { TimeText } from '../../ui/time-text';
import { useListPage } from '../../ui/use-list-page';
import { FilterWords } from './filter-words';
import { ReplayState } from './replay-state';
import { useText } from './text';

type Replay = Entry<'/v1/brands/{brand}/replays'>;

/** List of the replays of a brand, newest first. */
export function ReplaysScreen(): ReactNode {
  const text = useText();
  const brand = useBrand();
  const isOperator = useRole('operator');
  const page = useListPage<Replay>({
    key: ['replays', brand],
    rowKey: ({ id }) => id,
    live: true,
    load: (paging, signal, headers) => {
      const params = { path: { brand }, query: paging };
      return answerOf(api.GET('/v1/brands/{brand}/replays', { params, signal, headers }));
    },
  });
  const columns: Column<Replay>[] = [
    {
      key: 'started',
      header: text('started'),
      width: '120px',
      cell: ({ id, createdAt }) => (
        <AppLink to={paths.replay(brand, id)}>
          <TimeText at={createdAt} />
        </AppLink>
      ),
    },
    { key: 'state', header: text('stateHeader'), width: '140px', cell: ({ state }) => <ReplayState state={state} /> },
    { key: 'filter', header: text('what'), cell: ({ filter }) => <FilterWords filter={filter} /> },
    { key: 'created', header: text('created'), end: true, cell: ({ created }) => created },
    {
      key: 'expected',
      header: text('expected'),
      end: true,
      cell: ({ expected, expectedIsExact }) => (expectedIsExact ? expected : text('moreThan', { count: expected })),
    },
    { key: 'by', header: text('by'), cell: ({ requestedBy }) => <ForeignText>{requestedBy}</ForeignText> },
  ];
  const start = isOperator && <ButtonLink to={paths.newReplay(brand)}>{text('start')}</ButtonLink>;
  return (
    <Page title={text('title')} actions={start}>
      <DataTable
        page={page}
        columns={columns}
        rowKey={({ id }) => id}
        label={text('title')}
        empty={
          <Stack align="center" gap="sm">
            <Text maw={520}>{text('empty')}</Text>
            <ButtonLink to={paths.failures(brand)} variant="default">
              {text('failures')}
            </ButtonLink>
          </Stack>
        }
      />
    </Page>
  );
}
