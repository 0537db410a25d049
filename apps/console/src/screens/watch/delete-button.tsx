import { Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { AffectedDialog, affectedBy, type Affected } from '../../ui/affected-dialog';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { RoleButton } from './role-button';
import { useText } from './text';

interface DeleteButtonProps {
  readonly managedBy: string;
  /** Question, with the name of the object. */
  readonly title: string;
  /** Text of the dialog: the consequences, and anything that prevents the action. */
  readonly help: string;
  /** Label of the button that deletes: the action with its object. */
  readonly action: string;
  /** Deletes the object if at most this number of waiting deliveries is affected. */
  readonly onDelete: (atMost: number) => Promise<unknown>;
}

/** Button that deletes the object of a page. Asks first, and again with the number of waiting deliveries. */
export function DeleteButton({ managedBy, title, help, action, onDelete }: DeleteButtonProps): ReactNode {
  const text = useText();
  const [asking, setAsking] = useState(false);
  const [affected, setAffected] = useState<readonly Affected[]>([]);
  const remove = async (atMost: number): Promise<void> => {
    try {
      await onDelete(atMost);
    } catch (failure) {
      const waiting = affectedBy(failure);
      if (waiting.length === 0) throw failure;
      setAffected(waiting);
      // The dialog with the number is open already, so it stays open and shows that more deliveries wait now.
      if (atMost > 0) throw failure;
    }
  };
  return (
    <>
      <RoleButton
        role="admin"
        variant="default"
        refusal={managedBy === 'file' ? text('delete.file') : null}
        onClick={() => setAsking(true)}
      >
        {text('delete.button')}
      </RoleButton>
      <ConfirmDialog
        opened={asking}
        onClose={() => setAsking(false)}
        title={title}
        action={action}
        danger
        onConfirm={() => remove(0)}
      >
        <Text size="sm">{help}</Text>
      </ConfirmDialog>
      <AffectedDialog affected={affected} onClose={() => setAffected([])} action={action} onConfirm={remove} />
    </>
  );
}
