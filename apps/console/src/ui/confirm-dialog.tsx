import { Button, Checkbox, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useFocusReturn } from '../lib/use-focus-return';
import { ActionButton } from './action-button';
import { ProblemAlert } from './problem-alert';
import { useText } from './text';

interface ConfirmDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** Sentence or two that say what happens. */
  readonly children: ReactNode;
  /** Label of the button: the action itself, never "OK". */
  readonly action: string;
  /** Action. While it runs the button shows it; after success the dialog closes; a failure is shown in the dialog. */
  readonly onConfirm: () => Promise<unknown>;
  readonly danger?: boolean;
  /** Text that the person must type first, such as a count. */
  readonly typed?: { readonly label: string; readonly text: string };
  /** Sentence that the person must tick first. */
  readonly tick?: string;
  /** False while the dialog still loads what the person must know; true if absent. */
  readonly ready?: boolean;
}

/** Dialog that asks before an action which cannot be taken back. */
export function ConfirmDialog(props: ConfirmDialogProps): ReactNode {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.title}
      closeButtonProps={{ 'aria-label': useText()('dialog.close') }}
    >
      <ConfirmForm {...props} />
    </Modal>
  );
}

function ConfirmForm({
  onClose,
  children,
  action,
  onConfirm,
  danger = false,
  typed,
  tick,
  ready: isLoaded = true,
}: ConfirmDialogProps): ReactNode {
  const text = useText();
  useFocusReturn();
  const [input, setInput] = useState('');
  const [ticked, setTicked] = useState(false);
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const ready = isLoaded && (typed === undefined || input === typed.text) && (tick === undefined || ticked);
  const confirm = async (): Promise<void> => {
    setRunning(true);
    setError(null);
    try {
      await onConfirm();
      onClose();
    } catch (failure) {
      setError(failure);
    } finally {
      setRunning(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && !running) void confirm();
      }}
    >
      <Stack gap="md">
        {children}
        {typed !== undefined && (
          <TextInput label={typed.label} value={input} onChange={(event) => setInput(event.currentTarget.value)} />
        )}
        {tick !== undefined && (
          <Checkbox label={tick} checked={ticked} onChange={(event) => setTicked(event.currentTarget.checked)} />
        )}
        {error !== null && <ProblemAlert error={error} />}
        <Group justify="end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {text('dialog.cancel')}
          </Button>
          <ActionButton type="submit" running={running} disabled={!ready} {...(danger ? { color: 'red.8' } : {})}>
            {action}
          </ActionButton>
        </Group>
      </Stack>
    </form>
  );
}
