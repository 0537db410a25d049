import { Button, Stack, Text } from '@mantine/core';
import { answerOf } from '@patchbay/client';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import { paths } from '../../app/paths';
import { browserNow } from '../../lib/now';
import { useBrand } from '../../lib/use-brand';
import { useRole } from '../../lib/use-me';
import { useUrlState } from '../../lib/use-url-state';
import { ButtonLink } from '../../ui/app-link';
import { DataTable } from '../../ui/data-table';
import { Page } from '../../ui/page';
import { DELIVERY_STATES, VENDOR_STATUSES } from '../../ui/state-badge';
import { useListPage } from '../../ui/use-list-page';
import { ERROR_KINDS, given, known, NO_CODE, STAGES } from '../watch/known';
import { rangeQuery } from '../watch/time-range';
import { RedeliverDialog } from '../watch/redeliver-dialog';
import { useChoiceColumn, useDeliveryColumns, type DeliveryEntry } from './delivery-columns';
import { isFiltered, NO_FILTERS, replaySearch, type DeliveryFilters } from './delivery-filters';
import { DeliveryFilterBar } from './delivery-filter-bar';
import { useText } from './text';

const NONE_CHOSEN: ReadonlySet<string> = new Set();

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
        vendorStatus: known(VENDOR_STATUSES, filters.vendorStatus),
        vendorCode: filters.vendorCode.map((code) => (code === NO_CODE ? '' : code)),
        lookup: [...filters.lookup],
        customer: given(filters.customer),
        ...paging,
      };
      return answerOf(
        api.GET('/v1/brands/{brand}/deliveries', { params: { path: { brand }, query }, signal, headers }),
      );
    },
  });
  const search = replaySearch(filters);
  const [chosen, setChosen] = useState(NONE_CHOSEN);
  const [isAsking, setAsking] = useState(false);
  const columns = useDeliveryColumns(brand);
  const choice = useChoiceColumn({ ids: chosen, onChange: setChosen });
  const change = (next: Partial<DeliveryFilters>): void => {
    setChosen(NONE_CHOSEN);
    setFilters(next);
  };
  return (
    <Page
      title={text('title')}
      actions={
        isOperator &&
        (chosen.size > 0 ? (
          <Button onClick={() => setAsking(true)}>{text('choose.redeliver', { count: chosen.size })}</Button>
        ) : (
          search !== null && (
            <ButtonLink to={paths.newReplay(brand)} search={search} variant="default">
              {text('redeliverAll')}
            </ButtonLink>
          )
        ))
      }
    >
      <DeliveryFilterBar filters={filters} onChange={change} />
      <DataTable
        page={page}
        columns={isOperator ? [...columns, choice] : columns}
        rowKey={({ id }) => id}
        label={text('title')}
        filtered={isFiltered(filters)}
        onClearFilters={() => change(NO_FILTERS)}
        empty={
          <Stack align="center" gap="sm">
            <Text>{text('empty')}</Text>
            <ButtonLink to={paths.events(brand)} variant="default">
              {text('showEvents')}
            </ButtonLink>
          </Stack>
        }
      />
      {isAsking && (
        <RedeliverDialog
          selection={{ ids: [...chosen] }}
          title={text('choose.title')}
          onClose={() => setAsking(false)}
          onDone={() => setChosen(NONE_CHOSEN)}
        >
          <Text>{text('choose.text', { count: chosen.size })}</Text>
        </RedeliverDialog>
      )}
    </Page>
  );
}
