import { Checkbox, Group, MultiSelect, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import type { RequestBody } from '@patchbay/client';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { fieldErrors } from '../../lib/field-errors';
import { brandsQuery } from '../../lib/use-brand';
import { ActionButton } from '../../ui/action-button';
import { ProblemAlert } from '../../ui/problem-alert';
import { useText } from './text';

/** Key to make. */
export type NewKey = RequestBody<'/v1/keys', 'post'>;

const ROLES = ['viewer', 'operator', 'admin', 'ingest'] as const;

interface NewKeyFormProps {
  readonly isRunning: boolean;
  /** Failure of the last submit. Null if there is none. */
  readonly error: unknown;
  readonly onSubmit: (body: NewKey) => void;
}

/** Form for the name, the rights and the end of a key. */
export function NewKeyForm({ isRunning, error, onSubmit }: NewKeyFormProps): ReactNode {
  const text = useText();
  const brands = useQuery(brandsQuery);
  const [name, setName] = useState('');
  const [role, setRole] = useState<NewKey['role']>('viewer');
  const [limits, setLimits] = useState<string[]>([]);
  const [reveal, setReveal] = useState(false);
  const [day, setDay] = useState('');
  const errors = fieldErrors(error);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit({
          name: name.trim(),
          role,
          reveal,
          ...(limits.length === 0 ? {} : { brands: limits }),
          ...(day === '' ? {} : { expiresAt: `${day}T23:59:59Z` }),
        });
      }}
    >
      <Stack gap="md">
        <TextInput
          label={text('name')}
          description={text('nameHelp')}
          error={errors['name']}
          required
          maxLength={100}
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <NativeSelect
          label={text('role')}
          description={text(`roleHelp.${role}`)}
          data={ROLES.map((value) => ({ value, label: text(`roles.${value}`) }))}
          value={role}
          onChange={(event) => setRole(ROLES.find((one) => one === event.currentTarget.value) ?? 'viewer')}
        />
        <MultiSelect
          label={text('brands')}
          description={text('brandsHelp')}
          error={errors['brands']}
          data={(brands.data?.data ?? []).map((brand) => brand.name)}
          value={limits}
          onChange={setLimits}
          comboboxProps={{ withinPortal: true }}
        />
        <TextInput
          type="date"
          label={text('expires')}
          description={text('expiresHelp')}
          error={errors['expiresAt']}
          value={day}
          onChange={(event) => setDay(event.currentTarget.value)}
        />
        <Checkbox
          label={text('reveal')}
          description={text('revealHelp')}
          checked={reveal}
          onChange={(event) => setReveal(event.currentTarget.checked)}
        />
        {error !== null && <ProblemAlert error={error} shownFields={['name', 'brands', 'expiresAt']} />}
        <Group justify="end" gap="sm">
          <Text size="xs" c="dimmed" flex={1}>
            {text('auditHint')}
          </Text>
          <ActionButton type="submit" running={isRunning} disabled={name.trim() === ''}>
            {text('make')}
          </ActionButton>
        </Group>
      </Stack>
    </form>
  );
}
