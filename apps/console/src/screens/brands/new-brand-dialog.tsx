import { Group, Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { answerOf } from '@patchbay/client';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import { paths } from '../../app/paths';
import { fieldErrors } from '../../lib/field-errors';
import { browserZone, zoneChoices } from '../../lib/time-zones';
import { brandsQuery } from '../../lib/use-brand';
import { ActionButton } from '../../ui/action-button';
import { ProblemAlert } from '../../ui/problem-alert';
import { useText } from './text';

interface NewBrandDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Dialog that makes a brand, then opens the wizard that connects it. */
export function NewBrandDialog({ opened, onClose }: NewBrandDialogProps): ReactNode {
  const text = useText();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={text('newTitle')}
      closeButtonProps={{ 'aria-label': text('close') }}
    >
      <NewBrandForm />
    </Modal>
  );
}

function NewBrandForm(): ReactNode {
  const text = useText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [timezone, setTimezone] = useState(browserZone);
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const make = async (): Promise<void> => {
    setRunning(true);
    setError(null);
    try {
      const brand = await answerOf(api.POST('/v1/brands', { body: { name, timezone } }));
      await client.invalidateQueries(brandsQuery);
      await navigate({ to: paths.connect(brand.name) });
    } catch (failure) {
      setError(failure);
      setRunning(false);
    }
  };
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
          data-autofocus
          dir="ltr"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <NativeSelect
          label={text('zone')}
          error={errors['timezone']}
          data={zoneChoices(timezone)}
          value={timezone}
          onChange={(event) => setTimezone(event.currentTarget.value)}
        />
        {error !== null && <ProblemAlert error={error} shownFields={['name', 'timezone']} />}
        <Group justify="end">
          <ActionButton type="submit" running={running} disabled={name === ''}>
            {text('make')}
          </ActionButton>
        </Group>
      </Stack>
    </form>
  );
}
