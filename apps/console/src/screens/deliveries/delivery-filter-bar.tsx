import type { ReactNode } from 'react';
import { DELIVERY_STATES, useStateName, VENDOR_STATUSES } from '../../ui/state-badge';
import { ChoiceFilter } from '../watch/choice-filter';
import { FilterBar, TextFilter } from '../watch/filter-bar';
import { ERROR_KINDS, NO_CODE } from '../watch/known';
import { RangeFilter } from '../watch/range-filter';
import { useText as useWatchText } from '../watch/text';
import {
  useDestinationChoices,
  useEventTypeChoices,
  usePausedLookupChoices,
  useSubscriptionChoices,
} from '../watch/use-choices';
import { useStageChoices } from '../watch/use-stage-choices';
import { isFiltered, NO_FILTERS, type DeliveryFilters } from './delivery-filters';

interface DeliveryFilterBarProps {
  readonly filters: DeliveryFilters;
  readonly onChange: (change: Partial<DeliveryFilters>) => void;
}

/** Filters of the list of deliveries. */
export function DeliveryFilterBar({ filters, onChange }: DeliveryFilterBarProps): ReactNode {
  const watch = useWatchText();
  const stateName = useStateName();
  const stages = useStageChoices(filters.stage.length > 0);
  const lookups = usePausedLookupChoices();
  return (
    <FilterBar active={isFiltered(filters)} onClear={() => onChange(NO_FILTERS)}>
      <ChoiceFilter
        label={watch('filter.state')}
        value={filters.status}
        choices={DELIVERY_STATES.map((value) => ({ value, label: stateName(value) }))}
        onChange={(status) => onChange({ status })}
      />
      <ChoiceFilter
        label={watch('filter.vendorStatus')}
        value={filters.vendorStatus}
        choices={VENDOR_STATUSES.map((value) => ({
          value,
          label: value === 'none' ? watch('filter.noVendorStatus') : stateName(value),
        }))}
        onChange={(vendorStatus) => onChange({ vendorStatus })}
      />
      <ChoiceFilter
        label={watch('filter.destination')}
        value={filters.destination}
        choices={useDestinationChoices()}
        onChange={(destination) => onChange({ destination })}
      />
      {stages.length > 0 && (
        <ChoiceFilter
          label={watch('filter.stage')}
          value={filters.stage}
          choices={stages}
          onChange={(stage) => onChange({ stage })}
        />
      )}
      {lookups.length + filters.lookup.length > 0 && (
        <ChoiceFilter
          label={watch('filter.lookup')}
          value={filters.lookup}
          choices={lookups}
          onChange={(lookup) => onChange({ lookup })}
        />
      )}
      <ChoiceFilter
        label={watch('filter.subscription')}
        value={filters.subscription}
        choices={useSubscriptionChoices()}
        onChange={(subscription) => onChange({ subscription })}
      />
      <ChoiceFilter
        label={watch('filter.eventType')}
        value={filters.eventType}
        choices={useEventTypeChoices()}
        onChange={(eventType) => onChange({ eventType })}
      />
      <TextFilter
        label={watch('filter.customer')}
        placeholder={watch('filter.customerHint')}
        value={filters.customer}
        onChange={(customer) => onChange({ customer })}
      />
      <ChoiceFilter
        label={watch('filter.cause')}
        value={filters.errorKind}
        choices={ERROR_KINDS.map((value) => ({ value, label: watch(`errorKind.${value}`) }))}
        onChange={(errorKind) => onChange({ errorKind })}
      />
      {filters.vendorCode.length > 0 && (
        <ChoiceFilter
          label={watch('filter.vendorCode')}
          value={filters.vendorCode}
          choices={[{ value: NO_CODE, label: watch('filter.noCode') }]}
          onChange={(vendorCode) => onChange({ vendorCode })}
        />
      )}
      <RangeFilter value={filters} onChange={onChange} />
    </FilterBar>
  );
}
