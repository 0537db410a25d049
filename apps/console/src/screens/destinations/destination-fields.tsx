import { Fieldset, NativeSelect, NumberInput, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { errorsBelow } from '../../lib/field-errors';
import { SchemaForm } from '../../ui/schema-form';
import { asList, asObject, withField, type FormValue, type SchemaField } from '../../ui/schema-field';
import type { TypeSummary } from '../types/destination-types';
import type { Destination } from './destination-api';
import { MessagingFields } from './messaging-fields';
import { useText } from './text';

interface DestinationFieldsProps {
  readonly type: TypeSummary;
  /** `credentials`, `settings`, `limits`, `retry` and `messaging` as in a brand file. */
  readonly value: FormValue;
  readonly onChange: (value: FormValue) => void;
  readonly errors: Readonly<Record<string, string>>;
  /** True if the destination exists: empty secrets keep the stored ones. */
  readonly stored: boolean;
  /** Names of the credentials that the hub has. It never shows their values. */
  readonly storedCredentials?: readonly string[];
  readonly disabled?: boolean;
  /** Quota of the stored destination, with its use. */
  readonly quota?: NonNullable<Destination['messaging']>['quota'];
}

/** Inputs of a destination, from the schema of its type. */
export function DestinationFields(props: DestinationFieldsProps): ReactNode {
  const { type, value, onChange, errors, stored, storedCredentials = [], disabled = false } = props;
  const text = useText();
  // Open for as long as the form is shown, so that a cleared field stays visible.
  const [hasMessaging] = useState(value['messaging'] !== undefined);
  const settingsFirst = type.settings.fields.some(({ required }) => required);
  // A field that only a file can set has no use in the form of a new destination.
  const fieldsOf = (name: 'credentials' | 'settings'): readonly SchemaField[] =>
    type[name].fields.filter(({ fileOnly }) => stored || !fileOnly);
  const group = (name: 'credentials' | 'settings'): ReactNode =>
    fieldsOf(name).length > 0 && (
      <Fieldset legend={text(`fields.${name}`)}>
        <Stack gap="md">
          {errors[name] !== undefined && (
            <Text size="sm" c="var(--mantine-color-error)" role="alert">
              {errors[name]}
            </Text>
          )}
          {fieldsOf(name).map((field) => {
            const isKept = name === 'credentials' && storedCredentials.includes(field.name);
            return (
              <SchemaForm
                key={field.name}
                fields={[isKept ? keptField(field, text('fields.kept')) : field]}
                value={asObject(value[name])}
                onChange={(next) => onChange({ ...value, [name]: next })}
                errors={errorsBelow(errors, name)}
                stored={name === 'credentials' ? isKept : stored}
                disabled={disabled}
              />
            );
          })}
        </Stack>
      </Fieldset>
    );
  return (
    <Stack gap="md">
      {settingsFirst && group('settings')}
      {group('credentials')}
      {!settingsFirst && group('settings')}
      <details>
        <Text component="summary" fw={500}>
          {text('fields.more')}
        </Text>
        <LimitFields {...props} disabled={disabled} />
      </details>
      <details open={hasMessaging}>
        <Text component="summary" fw={500}>
          {text('messaging.title')}
        </Text>
        <MessagingFields
          value={asObject(value['messaging'])}
          onChange={(next) => onChange(withField(value, 'messaging', next))}
          errors={errors}
          disabled={disabled}
          {...(props.quota === undefined ? {} : { quota: props.quota })}
        />
      </details>
    </Stack>
  );
}

/** Returns a field whose value the hub has: it may stay empty. Secret fields say so themselves. */
function keptField(field: SchemaField, note: string): SchemaField {
  const help = field.secret ? field.help : [field.help, note].filter((part) => part !== null).join(' ');
  return { ...field, help, required: false, fields: field.fields.map((inner) => ({ ...inner, required: false })) };
}

const LIMITS = ['ratePerSecond', 'burst', 'concurrency', 'timeoutMs'] as const;

/** Limits and retry rules. Empty fields use the values of the destination type. */
function LimitFields({ type, value, onChange, errors, disabled }: DestinationFieldsProps): ReactNode {
  const text = useText();
  const limits = asObject(value['limits']);
  const retry = asObject(value['retry']);
  const schedule = asList(retry['schedule']).join(' ');
  const limitNames = type.statusCallback ? ([...LIMITS, 'statusTimeoutMs'] as const) : LIMITS;
  const setRetry = (name: string, next: unknown): void => onChange({ ...value, retry: withField(retry, name, next) });
  return (
    <Stack gap="md" mt="sm">
      <TextInput
        label={text('limits.group')}
        description={text('limits.groupHelp')}
        dir="ltr"
        disabled={disabled}
        value={typeof limits['group'] === 'string' ? limits['group'] : ''}
        error={errors['limits.group']}
        onChange={(event) => {
          const group = event.currentTarget.value;
          onChange({ ...value, limits: withField(limits, 'group', group === '' ? undefined : group) });
        }}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
        {limitNames.map((name) => (
          <NumberInput
            key={name}
            label={text(`limits.${name}`)}
            description={
              name === 'statusTimeoutMs'
                ? text('limits.statusHelp')
                : text('limits.ofType', { value: type.limits[name] ?? text('limits.none') })
            }
            min={0}
            allowDecimal={name === 'ratePerSecond'}
            disabled={disabled}
            value={typeof limits[name] === 'number' ? limits[name] : ''}
            error={errors[`limits.${name}`]}
            onChange={(next) => {
              const number = typeof next === 'number' ? next : undefined;
              onChange({ ...value, limits: withField(limits, name, number) });
            }}
          />
        ))}
      </SimpleGrid>
      <TextInput
        label={text('retry.schedule')}
        description={text('retry.scheduleHelp')}
        placeholder="0s 5s 1m 5m 30m"
        dir="ltr"
        disabled={disabled}
        defaultValue={schedule}
        error={errors['retry.schedule'] ?? errors['retry.schedule[0]']}
        onChange={(event) => {
          const delays = event.currentTarget.value.split(/[\s,]+/).filter((delay) => delay !== '');
          setRetry('schedule', delays.length === 0 ? undefined : delays);
        }}
      />
      <NativeSelect
        label={text('retry.unconfirmed')}
        description={text('retry.unconfirmedHelp')}
        disabled={disabled}
        value={typeof retry['onUnconfirmed'] === 'string' ? retry['onUnconfirmed'] : ''}
        data={[
          { value: '', label: text('retry.default') },
          { value: 'retry', label: text('retry.retry') },
          { value: 'hold', label: text('retry.hold') },
        ]}
        onChange={(event) => setRetry('onUnconfirmed', event.currentTarget.value || undefined)}
      />
    </Stack>
  );
}
