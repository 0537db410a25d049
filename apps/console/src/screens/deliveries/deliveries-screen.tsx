import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { answerOf, api } from '../../api/client';
import { paths } from '../../app/paths';
import { browserNow } from '../../lib/now';
import { useBrand } from '../../lib/use-brand';
import { useRole } from '../../lib/use-me';
import { useUrlState } from '../../lib/use-url-state';
import { ButtonLink } from '../../ui/app-link';
import { DataTable } from '../../ui/data-table';
import { Page } from '../../ui/page';
import { DELIVERY_STATES } from '../../ui/state-badge';
import { useListPage } from '../../ui/use-list-page';
import { ERROR_KINDS, given, known, NO_CODE, STAGES } from '../watch/known';
import { rangeQuery } from '../watch/time-range';
import { useDeliveryColumns, type DeliveryEntry } from './delivery-columns';
import { isFiltered, NO_FILTERS, replaySearch } from './delivery-filters';
import { DeliveryFilterBar } from './delivery-filter-bar';
import { useText } from './text';

/** List of the deliveries of a brand, newest first. */
export function DeliveriesScreen(): ReactNode {
  const text = useText();
  const brand = useBrand();
  const isOperator = useRole('operator');
  const [filters, setFilters] = useUrlState(NO_FILTERS);
  const page = useListPage<DeliveryEntry>({
    key: ['deliveries', brand, filters],
    rowKey: ({ id }) => id,
    live: true,
    load: (paging, signal, headers) => {
      const stages = known(STAGES, filters.stage);
      const query = {
        ...rangeQuery(filters, browserNow()),
        status: known(DELIVERY_STATES, filters.status),
        destination: [...filters.destination],
        // Both stages together are all deliveries.
        stage: stages.length === 1 ? stages[0] : undefined,
        subscription: [...filters.subscription],
        eventType: [...filters.eventType],
        errorKind: known(ERROR_KINDS, filters.errorKind),
        vendorCode: filters.vendorCode.map((code) => (code === NO_CODE ? '' : code)),
        customer: given(filters.customer),
        ...paging,
      };
      return answerOf(
        api.GET('/v1/brands/{brand}/deliveries', { params: { path: { brand }, query }, signal, headers }),
      );
    },
  });
  const search = replaySearch(filters);
  return (
    <Page
      title={text('title')}
      actions={
        isOperator &&
        search !== null && (
          <ButtonLink to={paths.newReplay(brand)} search={search} variant="default">
            {text('redeliverAll')}
          </ButtonLink>
        )
      }
    >
      <DeliveryFilterBar filters={filters} onChange={setFilters} />
      <DataTable
        page={page}
        columns={useDeliveryColumns(brand)}
        rowKey={({ id }) => id}
        label={text('title')}
        filtered={isFiltered(filters)}
        onClearFilters={() => setFilters(NO_FILTERS)}
        empty={
          <Stack align="center" gap="sm">
            <Text>{text('empty')}</Text>
            <ButtonLink to={paths.events(brand)} variant="default">
              {text('showEvents')}
            </ButtonLink>
          </Stack>
        }
      />
    </Page>
  );
}
