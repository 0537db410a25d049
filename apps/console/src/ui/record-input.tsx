import { Button, Fieldset, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { FormValue } from './schema-field';
import { useText } from './text';

interface RecordInputProps {
  readonly label: string;
  readonly description: string | undefined;
  readonly disabled: boolean;
  readonly value: FormValue;
  readonly onChange: (value: unknown) => void;
  readonly errors: Readonly<Record<string, string>>;
  readonly path: string;
  readonly secret: boolean;
}

/** Input for text values by name, such as HTTP headers. A name whose text is empty is kept until it is removed. */
export function RecordInput({
  label,
  description,
  disabled,
  value,
  onChange,
  errors,
  path,
  secret,
}: RecordInputProps): ReactNode {
  const text = useText();
  const [name, setName] = useState('');
  const Input = secret ? PasswordInput : TextInput;
  const replace = (entries: (readonly [string, unknown])[]): void =>
    onChange(entries.length === 0 ? undefined : Object.fromEntries(entries));
  const entries = Object.entries(value);
  return (
    <Fieldset legend={label} disabled={disabled}>
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
        {entries.map(([key, entry]) => (
          <Group key={key} align="end" gap="sm">
            <Input
              flex={1}
              label={key}
              error={errors[`${path}.${key}`]}
              value={typeof entry === 'string' ? entry : ''}
              autoComplete="off"
              onChange={(event) => {
                const next = event.currentTarget.value;
                replace(entries.map(([one, before]) => [one, one === key ? next : before]));
              }}
            />
            {!disabled && (
              <Button
                variant="default"
                leftSection={<IconTrash size={14} aria-hidden />}
                aria-label={`${text('form.remove')}: ${key}`}
                onClick={() => replace(entries.filter(([one]) => one !== key))}
              >
                {text('form.remove')}
              </Button>
            )}
          </Group>
        ))}
        {!disabled && (
          <Group align="end" gap="sm">
            <TextInput
              flex={1}
              label={text('form.name')}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Button
              variant="default"
              leftSection={<IconPlus size={14} aria-hidden />}
              disabled={name === '' || Object.hasOwn(value, name)}
              onClick={() => {
                replace([...entries, [name, '']]);
                setName('');
              }}
            >
              {text('form.add')}
            </Button>
          </Group>
        )}
      </Stack>
    </Fieldset>
  );
}
