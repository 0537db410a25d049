import { Button, Skeleton, Text } from '@mantine/core';
import { answerOf } from '@patchbay/client';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import { paths } from '../../app/paths';
import { browserNow } from '../../lib/now';
import { useBrand, usePathParam } from '../../lib/use-brand';
import { useRole } from '../../lib/use-me';
import { useUrlState } from '../../lib/use-url-state';
import { AppLink } from '../../ui/app-link';
import { CopyText } from '../../ui/copy-text';
import { ListFrame } from '../../ui/list-frame';
import { Page } from '../../ui/page';
import { useListPage } from '../../ui/use-list-page';
import { ChoiceFilter } from '../watch/choice-filter';
import { FilterBar } from '../watch/filter-bar';
import { RangeFilter } from '../watch/range-filter';
import { useText as useWatchText } from '../watch/text';
import { ANY_TIME, isRangeSet, rangeQuery } from '../watch/time-range';
import { useEventTypeChoices, useSubscriptionChoices } from '../watch/use-choices';
import { ForgetDialog } from './forget-dialog';
import { useText } from './text';
import type { TimelineEvent } from './timeline';
import { Timeline } from './timeline-page';

const NO_LIST: readonly string[] = [];
const NO_FILTERS = { type: NO_LIST, subscription: NO_LIST, ...ANY_TIME };

/** Timeline of a customer: each event with what became of it, and the answer to why a message did not arrive. */
export function CustomerScreen(): ReactNode {
  const text = useText();
  const watch = useWatchText();
  const brand = useBrand();
  const id = usePathParam('id');
  const isAdmin = useRole('admin');
  const [asking, setAsking] = useState(false);
  const [filters, setFilters] = useUrlState(NO_FILTERS);
  const page = useListPage<TimelineEvent>({
    key: ['customers', brand, id, filters],
    rowKey: (event) => event.id,
    live: true,
    limit: 20,
    load: (paging, signal, headers) => {
      const { type, subscription } = filters;
      const query = {
        ...{ ...rangeQuery(filters, browserNow()), ...paging },
        ...{ type: [...type], subscription: [...subscription] },
      };
      const params = { path: { brand, id }, query };
      return answerOf(api.GET('/v1/brands/{brand}/customers/{id}/timeline', { params, signal, headers }));
    },
  });
  const isFiltered = filters.type.length > 0 || filters.subscription.length > 0 || isRangeSet(filters);
  return (
    <Page
      title={text('heading', { id })}
      back={{ to: paths.customers(brand), label: text('title') }}
      beside={<CopyText value={id} shown="" />}
      actions={
        isAdmin && (
          <Button variant="default" onClick={() => setAsking(true)}>
            {text('forget.open')}
          </Button>
        )
      }
    >
      <FilterBar active={isFiltered} onClear={() => setFilters(NO_FILTERS)}>
        <ChoiceFilter
          label={watch('filter.subscription')}
          value={filters.subscription}
          choices={useSubscriptionChoices()}
          onChange={(subscription) => setFilters({ subscription })}
        />
        <ChoiceFilter
          label={watch('filter.eventType')}
          value={filters.type}
          choices={useEventTypeChoices()}
          onChange={(type) => setFilters({ type })}
        />
        <RangeFilter value={filters} onChange={setFilters} />
      </FilterBar>
      <ListFrame
        page={page}
        loading={<Skeleton height={240} />}
        filtered={isFiltered}
        onClearFilters={() => setFilters(NO_FILTERS)}
        empty={
          <Text>{text.rich('empty', { link: (words) => <AppLink to={paths.erasures(brand)}>{words}</AppLink> })}</Text>
        }
      >
        {(events) => <Timeline customer={id} subscriptions={filters.subscription} events={events} />}
      </ListFrame>
      <ForgetDialog customer={id} opened={asking} onClose={() => setAsking(false)} />
    </Page>
  );
}
