import { Stack, Text } from '@mantine/core';
import { answerOf } from '@patchbay/client';
import type { ReactNode } from 'react';
import { api } from '../../api/client';
import { paths } from '../../app/paths';
import { browserNow } from '../../lib/now';
import { useBrand } from '../../lib/use-brand';
import { useRole } from '../../lib/use-me';
import { useUrlState } from '../../lib/use-url-state';
import { AppLink, ButtonLink } from '../../ui/app-link';
import { DataTable, type Column } from '../../ui/data-table';
import { ForeignText } from '../../ui/foreign-text';
import { Page } from '../../ui/page';
import { useStateName } from '../../ui/state-badge';
import { TimeText } from '../../ui/time-text';
import { useListPage } from '../../ui/use-list-page';
import { EventResult, type EventEntry } from '../watch/event-result';
import { ChoiceFilter } from '../watch/choice-filter';
import { FilterBar, TextFilter } from '../watch/filter-bar';
import { given, known } from '../watch/known';
import { RangeFilter } from '../watch/range-filter';
import { useText as useWatchText } from '../watch/text';
import { ANY_TIME, isRangeSet, rangeQuery } from '../watch/time-range';
import { useEventTypeChoices, useSourceChoices } from '../watch/use-choices';
import { useText } from './text';

const NO_LIST: readonly string[] = [];
const NO_FILTERS = { type: NO_LIST, source: NO_LIST, status: NO_LIST, customer: '', sourceEventId: '', ...ANY_TIME };
const STATES = ['accepted', 'quarantined'] as const;

/** List of the events of a brand, newest first, with what became of each. */
export function EventsScreen(): ReactNode {
  const text = useText();
  const watch = useWatchText();
  const stateName = useStateName();
  const brand = useBrand();
  const mayConnect = useRole('admin');
  const [filters, setFilters] = useUrlState(NO_FILTERS);
  const page = useListPage<EventEntry>({
    key: ['events', brand, filters],
    rowKey: ({ id }) => id,
    live: true,
    load: (paging, signal, headers) => {
      const query = {
        ...rangeQuery(filters, browserNow()),
        type: [...filters.type],
        source: [...filters.source],
        status: known(STATES, filters.status),
        sourceEventId: filters.sourceEventId === '' ? [] : [filters.sourceEventId],
        customer: given(filters.customer),
        ...paging,
      };
      return answerOf(api.GET('/v1/brands/{brand}/events', { params: { path: { brand }, query }, signal, headers }));
    },
  });
  const lists = [filters.type, filters.source, filters.status];
  const isFiltered =
    lists.some(({ length }) => length > 0) ||
    filters.customer !== '' ||
    filters.sourceEventId !== '' ||
    isRangeSet(filters);
  return (
    <Page title={text('title')}>
      <FilterBar active={isFiltered} onClear={() => setFilters(NO_FILTERS)}>
        <ChoiceFilter
          label={watch('filter.eventType')}
          value={filters.type}
          choices={useEventTypeChoices()}
          onChange={(type) => setFilters({ type })}
        />
        <TextFilter
          label={watch('filter.customer')}
          placeholder={watch('filter.customerHint')}
          value={filters.customer}
          onChange={(customer) => setFilters({ customer })}
        />
        <ChoiceFilter
          label={watch('filter.source')}
          value={filters.source}
          choices={useSourceChoices()}
          onChange={(source) => setFilters({ source })}
        />
        <ChoiceFilter
          label={watch('filter.state')}
          value={filters.status}
          choices={STATES.map((value) => ({ value, label: stateName(value) }))}
          onChange={(status) => setFilters({ status })}
        />
        <TextFilter
          label={text('sourceEventId')}
          placeholder={watch('filter.customerHint')}
          value={filters.sourceEventId}
          onChange={(sourceEventId) => setFilters({ sourceEventId })}
        />
        <RangeFilter value={filters} onChange={setFilters} />
      </FilterBar>
      <DataTable
        page={page}
        columns={useColumns(brand)}
        rowKey={({ id }) => id}
        label={text('title')}
        filtered={isFiltered}
        onClearFilters={() => setFilters(NO_FILTERS)}
        empty={
          <Stack align="center" gap="sm">
            <Text>{text('empty')}</Text>
            {mayConnect && <ButtonLink to={paths.connect(brand)}>{text('connect')}</ButtonLink>}
          </Stack>
        }
      />
    </Page>
  );
}

function useColumns(brand: string): Column<EventEntry>[] {
  const text = useText();
  const watch = useWatchText();
  return [
    {
      key: 'received',
      header: text('received'),
      width: '120px',
      cell: ({ id, receivedAt }) => (
        <AppLink to={paths.event(brand, id)}>
          <TimeText at={receivedAt} />
        </AppLink>
      ),
    },
    {
      key: 'type',
      header: watch('filter.eventType'),
      width: '22%',
      cell: ({ type }) => <ForeignText>{type}</ForeignText>,
    },
    {
      key: 'customer',
      header: watch('filter.customer'),
      width: '18%',
      cell: ({ customerId }) =>
        customerId === null ? (
          <Text c="dimmed">{watch('noCustomer')}</Text>
        ) : (
          <AppLink to={paths.customer(brand, customerId)}>
            <ForeignText>{customerId}</ForeignText>
          </AppLink>
        ),
    },
    {
      key: 'source',
      header: watch('filter.source'),
      width: '14%',
      cell: ({ source }) => <ForeignText>{source}</ForeignText>,
    },
    { key: 'result', header: text('result'), cell: (event) => <EventResult event={event} /> },
  ];
}
