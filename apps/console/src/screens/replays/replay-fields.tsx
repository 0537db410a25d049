import { Group, Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { useStateName } from '../../ui/state-badge';
import type { Choice } from '../watch/choice-filter';
import { TextFilter } from '../watch/filter-bar';
import { ERROR_KINDS } from '../watch/known';
import { RangeFilter } from '../watch/range-filter';
import { useText as useWatchText } from '../watch/text';
import { useDestinationChoices, useEventTypeChoices, useSubscriptionChoices } from '../watch/use-choices';
import { useStageChoices } from '../watch/use-stage-choices';
import { REPLAYABLE, REPLAYED_VENDOR_STATUSES, type ReplayForm } from './replay-form';

interface ReplayFieldsProps {
  readonly form: ReplayForm;
  readonly onChange: (change: Partial<ReplayForm>) => void;
}

/** Fields that choose what a replay sends again. */
export function ReplayFields({ form, onChange }: ReplayFieldsProps): ReactNode {
  const watch = useWatchText();
  const stateName = useStateName();
  const stages = useStageChoices(form.stage !== '');
  return (
    <Group align="end" gap="sm">
      <OneOf
        label={watch('filter.state')}
        value={form.status}
        choices={REPLAYABLE.map((value) => ({ value, label: stateName(value) }))}
        onChange={(status) => onChange({ status })}
      />
      <OneOf
        label={watch('filter.vendorStatus')}
        value={form.vendorStatus}
        choices={REPLAYED_VENDOR_STATUSES.map((value) => ({ value, label: stateName(value) }))}
        onChange={(vendorStatus) => onChange({ vendorStatus })}
      />
      <OneOf
        label={watch('filter.destination')}
        value={form.destination}
        choices={useDestinationChoices()}
        onChange={(destination) => onChange({ destination })}
      />
      {stages.length > 0 && (
        <OneOf
          label={watch('filter.stage')}
          value={form.stage}
          choices={stages}
          onChange={(stage) => onChange({ stage })}
        />
      )}
      <OneOf
        label={watch('filter.subscription')}
        value={form.subscription}
        choices={useSubscriptionChoices()}
        onChange={(subscription) => onChange({ subscription })}
      />
      <OneOf
        label={watch('filter.cause')}
        value={form.errorKind}
        choices={ERROR_KINDS.map((value) => ({ value, label: watch(`errorKind.${value}`) }))}
        onChange={(errorKind) => onChange({ errorKind })}
      />
      <TextFilter
        label={watch('filter.vendorCode')}
        value={form.vendorCode}
        onChange={(vendorCode) => onChange({ vendorCode })}
      />
      <OneOf
        label={watch('filter.eventType')}
        value={form.eventType}
        choices={useEventTypeChoices()}
        onChange={(eventType) => onChange({ eventType })}
      />
      <TextFilter
        label={watch('filter.customer')}
        placeholder={watch('filter.customerHint')}
        value={form.customer}
        onChange={(customer) => onChange({ customer })}
      />
      <RangeFilter value={form} onChange={onChange} />
    </Group>
  );
}

interface OneOfProps {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly Choice[];
  readonly onChange: (value: string) => void;
}

/** Field of one value of a list, or none. */
function OneOf({ label, value, choices, onChange }: OneOfProps): ReactNode {
  const watch = useWatchText();
  const isMissing = value !== '' && choices.every((choice) => choice.value !== value);
  return (
    <Select
      label={label}
      placeholder={watch('filter.any')}
      data={[...choices, ...(isMissing ? [{ value, label: value }] : [])]}
      value={value === '' ? null : value}
      onChange={(next) => onChange(next ?? '')}
      nothingFoundMessage={watch('filter.nothing')}
      searchable
      clearable
      w={180}
    />
  );
}
