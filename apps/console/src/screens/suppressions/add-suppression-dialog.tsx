import { Checkbox, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { answerOf } from '@patchbay/client';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import { CHANNELS } from '../../lib/channels';
import { errorsBelow, fieldErrors } from '../../lib/field-errors';
import { ActionButton } from '../../ui/action-button';
import { ProblemAlert } from '../../ui/problem-alert';
import { KINDS } from './kinds';
import { useText } from './text';

interface AddSuppressionDialogProps {
  readonly brand: string;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onAdded: () => void;
}

/** Dialog that adds an address to the suppression list. */
export function AddSuppressionDialog({ opened, onClose, ...props }: AddSuppressionDialogProps): ReactNode {
  const text = useText();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={text('addTitle')}
      closeButtonProps={{ 'aria-label': text('close') }}
    >
      <AddSuppressionForm onClose={onClose} {...props} />
    </Modal>
  );
}

function AddSuppressionForm({ brand, onClose, onAdded }: Omit<AddSuppressionDialogProps, 'opened'>): ReactNode {
  const text = useText();
  const [kind, setKind] = useState<(typeof KINDS)[number]>('phone');
  const [address, setAddress] = useState('');
  const [channel, setChannel] = useState('');
  const [isPromotional, setIsPromotional] = useState(false);
  const [note, setNote] = useState('');
  const [running, setRunning] = useState(false);
  const [isKnown, setIsKnown] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const add = async (): Promise<void> => {
    setRunning(true);
    setError(null);
    const ofChannel = CHANNELS.find((one) => one === channel);
    const entry = {
      ...{ kind, address: address.trim(), reason: 'manual' as const },
      ...(ofChannel === undefined ? {} : { channel: ofChannel }),
      ...(isPromotional ? { purpose: 'promotional' as const } : {}),
      ...(note.trim() === '' ? {} : { note: note.trim() }),
    };
    try {
      const params = { path: { brand } };
      const body = { suppressions: [entry] };
      const { added } = await answerOf(api.POST('/v1/brands/{brand}/suppressions', { params, body }));
      onAdded();
      if (added > 0) onClose();
      else setIsKnown(true);
    } catch (failure) {
      setError(failure);
    } finally {
      setRunning(false);
    }
  };
  const errors = errorsBelow(fieldErrors(error), 'suppressions.0');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <Stack gap="md">
        <NativeSelect
          label={text('kind')}
          data={KINDS.map((value) => ({ value, label: text(`kinds.${value}`) }))}
          value={kind}
          onChange={(event) => setKind(KINDS.find((one) => one === event.currentTarget.value) ?? 'phone')}
        />
        <TextInput
          label={text('address')}
          description={text('addressHelp')}
          error={errors['address']}
          required
          maxLength={4_096}
          dir="auto"
          spellCheck={false}
          autoComplete="off"
          data-autofocus
          value={address}
          onChange={(event) => {
            setAddress(event.currentTarget.value);
            setIsKnown(false);
            setError(null);
          }}
        />
        <NativeSelect
          label={text('channel')}
          data={[
            { value: '', label: text('allChannels') },
            ...CHANNELS.map((value) => ({ value, label: text(`channels.${value}`) })),
          ]}
          value={channel}
          onChange={(event) => setChannel(event.currentTarget.value)}
        />
        <Checkbox
          label={text('promotionalOnly')}
          checked={isPromotional}
          onChange={(event) => setIsPromotional(event.currentTarget.checked)}
        />
        <TextInput
          label={text('note')}
          description={text('noteHelp')}
          error={errors['note']}
          maxLength={200}
          dir="auto"
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {error !== null && (
          <ProblemAlert error={error} shownFields={['suppressions[0].address', 'suppressions.0.note']} />
        )}
        {isKnown && <Text role="status">{text('known')}</Text>}
        <Group justify="end" gap="sm">
          <Text size="xs" c="dimmed" flex={1}>
            {text('auditHint')}
          </Text>
          <ActionButton type="submit" running={running} disabled={address.trim() === ''}>
            {text('add')}
          </ActionButton>
        </Group>
      </Stack>
    </form>
  );
}
