import { NativeSelect, NumberInput, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { asObject, withField, type FormValue } from '../../ui/schema-field';
import { TimeText } from '../../ui/time-text';
import type { Destination } from './destination-api';
import { useText } from './text';

/** Fields whose problems are shown beside their input. */
export const SHOWN_FIELDS = [
  'messaging.sendAfter',
  'messaging.contactInterval',
  'messaging.quota',
  'messaging.quota.max',
  'messaging.quota.per',
];

interface MessagingFieldsProps {
  /** `messaging` of the destination as in a brand file. */
  readonly value: FormValue;
  /** Undefined if no rule is set. */
  readonly onChange: (value: FormValue | undefined) => void;
  readonly errors: Readonly<Record<string, string>>;
  readonly disabled: boolean;
  /** Quota of the stored destination, with its use. Undefined if it has none. */
  readonly quota?: NonNullable<Destination['messaging']>['quota'];
}

/** Messaging rules of a destination: delay, contact interval and quota. */
export function MessagingFields({ value, onChange, errors, disabled, quota: stored }: MessagingFieldsProps): ReactNode {
  const text = useText();
  const quota = asObject(value['quota']);
  const set = (name: string, next: unknown): void => {
    const changed = withField(value, name, next);
    onChange(Object.keys(changed).length === 0 ? undefined : changed);
  };
  const setQuota = (name: string, next: unknown): void => {
    const changed = withField(quota, name, next);
    const isEmpty = changed['max'] === undefined && changed['per'] === undefined;
    set('quota', isEmpty ? undefined : changed);
  };
  const duration = (name: 'sendAfter' | 'contactInterval', placeholder: string): ReactNode => (
    <TextInput
      label={text(`messaging.${name}`)}
      description={text(`messaging.${name}Help`)}
      placeholder={placeholder}
      dir="ltr"
      disabled={disabled}
      value={textOf(value[name])}
      error={errors[`messaging.${name}`]}
      onChange={(event) => set(name, event.currentTarget.value.trim() || undefined)}
    />
  );
  return (
    <Stack gap="md" mt="sm">
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
        {duration('sendAfter', '30m')}
        {duration('contactInterval', '30d')}
        <NumberInput
          label={text('messaging.quotaMax')}
          description={text('messaging.quotaMaxHelp')}
          min={1}
          allowDecimal={false}
          disabled={disabled}
          value={typeof quota['max'] === 'number' ? quota['max'] : ''}
          error={errors['messaging.quota.max'] ?? errors['messaging.quota']}
          onChange={(next) => setQuota('max', typeof next === 'number' ? next : undefined)}
        />
        <TextInput
          label={text('messaging.quotaPer')}
          description={text('messaging.quotaPerHelp')}
          placeholder="1d"
          dir="ltr"
          disabled={disabled}
          value={textOf(quota['per'])}
          error={errors['messaging.quota.per']}
          onChange={(event) => setQuota('per', event.currentTarget.value.trim() || undefined)}
        />
      </SimpleGrid>
      <NativeSelect
        label={text('messaging.excess')}
        disabled={disabled || Object.keys(quota).length === 0}
        value={textOf(quota['excess'])}
        data={[
          { value: '', label: text('messaging.excessDefault') },
          { value: 'wait', label: text('messaging.excessWait') },
          { value: 'suppress', label: text('messaging.excessSuppress') },
        ]}
        onChange={(event) => setQuota('excess', event.currentTarget.value || undefined)}
      />
      {stored !== undefined && stored !== null && (
        <Text size="sm" c="dimmed" data-testid="quota-used">
          {text.rich('messaging.used', {
            used: stored.used,
            max: stored.max,
            at: () => <TimeText at={stored.resetsAt} />,
          })}
        </Text>
      )}
    </Stack>
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
