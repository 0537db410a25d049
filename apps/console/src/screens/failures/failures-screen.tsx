import { Alert, Stack, Text } from '@mantine/core';
import { answerOf } from '@patchbay/client';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import { MOST_CAUSES } from '../../api/queries';
import { paths } from '../../app/paths';
import { browserNow } from '../../lib/now';
import { useBrand } from '../../lib/use-brand';
import { useUrlState } from '../../lib/use-url-state';
import { ButtonLink } from '../../ui/app-link';
import { Page } from '../../ui/page';
import { QueryState } from '../../ui/query-state';
import { ChoiceFilter } from '../watch/choice-filter';
import { FilterBar } from '../watch/filter-bar';
import { RangeFilter } from '../watch/range-filter';
import { useText as useWatchText } from '../watch/text';
import { rangeQuery } from '../watch/time-range';
import { useDestinationChoices } from '../watch/use-choices';
import type { FailureGroup } from './failure-group';
import { FailureTable } from './failure-table';
import { RedeliverGroup } from './redeliver-dialog';
import { useText } from './text';

const NO_LIST: readonly string[] = [];
const NO_FILTERS = { destination: NO_LIST, range: '24h', from: '', to: '' };

/** Failed deliveries by cause, most frequent first. An operator sends the deliveries of a cause again. */
export function FailuresScreen(): ReactNode {
  const text = useText();
  const watch = useWatchText();
  const brand = useBrand();
  const [filters, setFilters] = useUrlState(NO_FILTERS);
  const [chosen, setChosen] = useState<FailureGroup | null>(null);
  const query = useQuery({
    queryKey: ['failures', brand, filters],
    queryFn: ({ signal }) => {
      const params = {
        path: { brand },
        query: {
          ...rangeQuery(filters, browserNow()),
          destination: [...filters.destination],
          limit: MOST_CAUSES,
        },
      };
      return answerOf(api.GET('/v1/brands/{brand}/failures', { params, signal }));
    },
  });
  const isFiltered = JSON.stringify(filters) !== JSON.stringify(NO_FILTERS);
  return (
    <Page title={text('title')}>
      <FilterBar active={isFiltered} onClear={() => setFilters(NO_FILTERS)}>
        <ChoiceFilter
          label={watch('filter.destination')}
          value={filters.destination}
          choices={useDestinationChoices()}
          onChange={(destination) => setFilters({ destination })}
        />
        <RangeFilter value={filters} onChange={setFilters} anyTime={false} />
      </FilterBar>
      <QueryState query={query}>
        {({ data, countIsExact }) =>
          data.length === 0 ? (
            <Stack align="center" gap="sm" py="xl">
              <Text>{text(isFiltered ? 'noMatch' : 'empty')}</Text>
              <ButtonLink to={paths.deliveries(brand)} variant="default">
                {text('showDeliveries')}
              </ButtonLink>
            </Stack>
          ) : (
            <Stack gap="sm">
              {!countIsExact && <Alert color="yellow">{text('notExact')}</Alert>}
              <FailureTable groups={data} onRedeliver={setChosen} />
            </Stack>
          )
        }
      </QueryState>
      {chosen !== null && <RedeliverGroup group={chosen} onClose={() => setChosen(null)} />}
    </Page>
  );
}
