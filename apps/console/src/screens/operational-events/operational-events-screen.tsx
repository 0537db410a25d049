import { Text } from '@mantine/core';
import { answerOf } from '@patchbay/client';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api } from '../../api/client';
import { eventTypesQuery, OPERATIONAL_SOURCE } from '../../api/queries';
import { paths } from '../../app/paths';
import { browserNow } from '../../lib/now';
import { useBrand } from '../../lib/use-brand';
import { useUrlState } from '../../lib/use-url-state';
import { AppLink } from '../../ui/app-link';
import { DataTable, type Column } from '../../ui/data-table';
import { ForeignText } from '../../ui/foreign-text';
import { Page } from '../../ui/page';
import { TimeText } from '../../ui/time-text';
import { useListPage } from '../../ui/use-list-page';
import { EventResult, type EventEntry } from '../watch/event-result';
import { ChoiceFilter } from '../watch/choice-filter';
import { FilterBar } from '../watch/filter-bar';
import { RangeFilter } from '../watch/range-filter';
import { useText as useWatchText } from '../watch/text';
import { ANY_TIME, isRangeSet, rangeQuery } from '../watch/time-range';
import { AlertReceivers } from './alert-receivers';
import { useText } from './text';

const NO_LIST: readonly string[] = [];
const NO_FILTERS = { type: NO_LIST, ...ANY_TIME };

/** Events of the hub about itself, newest first, and the subscriptions that send them. */
export function OperationalEventsScreen(): ReactNode {
  const text = useText();
  const watch = useWatchText();
  const brand = useBrand();
  const [filters, setFilters] = useUrlState(NO_FILTERS);
  const page = useListPage<EventEntry>({
    key: ['operational-events', brand, filters],
    rowKey: ({ id }) => id,
    live: true,
    load: (paging, signal, headers) => {
      const query = {
        ...{ ...rangeQuery(filters, browserNow()), ...paging },
        ...{ source: [OPERATIONAL_SOURCE], type: [...filters.type] },
      };
      return answerOf(api.GET('/v1/brands/{brand}/events', { params: { path: { brand }, query }, signal, headers }));
    },
  });
  const isFiltered = filters.type.length > 0 || isRangeSet(filters);
  const types = useQuery(eventTypesQuery).data?.data.filter(({ adapter }) => adapter === OPERATIONAL_SOURCE) ?? [];
  const typeName = (type: string): string => {
    const key = keyOf(type);
    return text.has(key) ? text.dynamic(key) : (types.find((one) => one.type === type)?.label ?? type);
  };
  const columns: Column<EventEntry>[] = [
    {
      key: 'at',
      header: text('at'),
      width: '140px',
      cell: ({ id, receivedAt }) => (
        <AppLink to={paths.event(brand, id)}>
          <TimeText at={receivedAt} />
        </AppLink>
      ),
    },
    {
      key: 'what',
      header: text('what'),
      width: '45%',
      cell: ({ type }) => <ForeignText>{typeName(type)}</ForeignText>,
    },
    { key: 'told', header: text('told'), cell: (event) => <EventResult event={event} /> },
  ];
  return (
    <Page title={text('title')}>
      <Text c="dimmed" maw={720}>
        {text('about')}
      </Text>
      <AlertReceivers />
      <FilterBar active={isFiltered} onClear={() => setFilters(NO_FILTERS)}>
        <ChoiceFilter
          label={watch('filter.eventType')}
          value={filters.type}
          choices={types.map(({ type }) => ({ value: type, label: typeName(type) }))}
          onChange={(type) => setFilters({ type })}
        />
        <RangeFilter value={filters} onChange={setFilters} />
      </FilterBar>
      <DataTable
        page={page}
        columns={columns}
        rowKey={({ id }) => id}
        label={text('title')}
        filtered={isFiltered}
        onClearFilters={() => setFilters(NO_FILTERS)}
        empty={<Text>{text('empty')}</Text>}
      />
    </Page>
  );
}

/** Returns the key of the text for an event type. Keys of message files cannot have a dot. */
function keyOf(type: string): string {
  return `types.${type.replace('.', '_')}`;
}
