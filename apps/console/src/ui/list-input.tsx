import { Button, Fieldset, Group, Stack, Text } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ComponentType, ReactNode } from 'react';
import type { SchemaField, SchemaInputProps } from './schema-field';
import { useText } from './text';

interface ListInputProps extends Omit<SchemaInputProps, 'value'> {
  readonly value: readonly unknown[];
  readonly description: string | undefined;
  /** Component of one entry. A parameter, because an entry may be a list again. */
  readonly Entry: ComponentType<SchemaInputProps>;
}

/** Input for a list of values, with buttons that add and remove an entry. */
export function ListInput({
  field,
  value,
  onChange,
  errors,
  path,
  description,
  Entry,
  ...rest
}: ListInputProps): ReactNode {
  const text = useText();
  const replace = (entries: readonly unknown[]): void => onChange(entries.length === 0 ? undefined : entries);
  const entryField = (index: number): SchemaField => ({
    ...field,
    type: field.items ?? 'string',
    items: null,
    label: `${field.label} ${index + 1}`,
    help: null,
    required: true,
  });
  return (
    <Fieldset legend={field.label} disabled={rest.disabled}>
      <Stack gap="sm">
        {description !== undefined && (
          <Text size="xs" c="dimmed">
            {description}
          </Text>
        )}
        {errors[path] !== undefined && (
          <Text size="xs" c="var(--mantine-color-error)">
            {errors[path]}
          </Text>
        )}
        {value.map((entry, index) => (
          // The entries have no identity but their place.
          <Group key={index} align="end" gap="sm">
            <Stack flex={1} gap="sm">
              <Entry
                {...rest}
                errors={errors}
                field={entryField(index)}
                path={`${path}.${index}`}
                value={entry}
                onChange={(next) => replace(value.map((one, at) => (at === index ? (next ?? '') : one)))}
              />
            </Stack>
            {!rest.disabled && (
              <Button
                variant="default"
                leftSection={<IconTrash size={14} aria-hidden />}
                aria-label={`${text('form.remove')}: ${field.label} ${index + 1}`}
                onClick={() => replace(value.filter((_one, at) => at !== index))}
              >
                {text('form.remove')}
              </Button>
            )}
          </Group>
        ))}
        {!rest.disabled && (
          <Button
            variant="default"
            leftSection={<IconPlus size={14} aria-hidden />}
            aria-label={`${text('form.add')}: ${field.label}`}
            onClick={() => replace([...value, field.items === 'group' ? {} : ''])}
          >
            {text('form.add')}
          </Button>
        )}
      </Stack>
    </Fieldset>
  );
}
