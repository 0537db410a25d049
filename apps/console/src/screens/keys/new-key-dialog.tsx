import {
  Alert,
  Button,
  Checkbox,
  Group,
  Modal,
  MultiSelect,
  NativeSelect,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answerOf, api } from '../../api/client';
import type { RequestBody } from '../../api/types';
import { fieldErrors } from '../../lib/field-errors';
import { brandsQuery } from '../../lib/use-brand';
import { ActionButton } from '../../ui/action-button';
import { CopyText } from '../../ui/copy-text';
import { ProblemAlert } from '../../ui/problem-alert';
import { useText } from './text';

type NewKey = RequestBody<'/v1/keys', 'post'>;
const ROLES = ['viewer', 'operator', 'admin', 'ingest'] as const;

interface NewKeyDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onMade: () => void;
}

/** Dialog that makes a key and shows its secret once. */
export function NewKeyDialog({ opened, onClose, onMade }: NewKeyDialogProps): ReactNode {
  const text = useText();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={text('newTitle')}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': text('close') }}
    >
      <NewKeyForm onClose={onClose} onMade={onMade} />
    </Modal>
  );
}

function NewKeyForm({ onClose, onMade }: Pick<NewKeyDialogProps, 'onClose' | 'onMade'>): ReactNode {
  const text = useText();
  const brands = useQuery(brandsQuery);
  const [name, setName] = useState('');
  const [role, setRole] = useState<NewKey['role']>('viewer');
  const [limits, setLimits] = useState<string[]>([]);
  const [reveal, setReveal] = useState(false);
  const [day, setDay] = useState('');
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const make = async (): Promise<void> => {
    setRunning(true);
    setError(null);
    const body: NewKey = {
      name: name.trim(),
      role,
      reveal,
      ...(limits.length === 0 ? {} : { brands: limits }),
      ...(day === '' ? {} : { expiresAt: `${day}T23:59:59Z` }),
    };
    try {
      const made = await answerOf(api.POST('/v1/keys', { body }));
      setSecret(made.key);
      onMade();
    } catch (failure) {
      setError(failure);
    } finally {
      setRunning(false);
    }
  };
  if (secret !== null) {
    return (
      <Stack gap="md">
        <Alert color="yellow" role="status">
          {text('once')}
        </Alert>
        <CopyText value={secret} />
        <Group justify="end">
          <Button onClick={onClose}>{text('done')}</Button>
        </Group>
      </Stack>
    );
  }
  const errors = fieldErrors(error);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void make();
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
          <ActionButton type="submit" running={running} disabled={name.trim() === ''}>
            {text('make')}
          </ActionButton>
        </Group>
      </Stack>
    </form>
  );
}
