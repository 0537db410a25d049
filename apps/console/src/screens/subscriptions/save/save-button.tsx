import { Button, Text, Tooltip } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useRole } from '../../../lib/use-me';
import { ActionButton } from '../../../ui/action-button';
import { ConfirmDialog } from '../../../ui/confirm-dialog';
import type { Preview } from '../preview/use-preview';
import { WarningList } from '../preview/warning-list';
import { useText } from '../text';

interface SaveButtonProps {
  /** Label: the action with its result, such as "Save as v8". */
  readonly label: string;
  readonly isSaving: boolean;
  /** False if nothing changed or the draft lacks a part. */
  readonly isReady: boolean;
  /** Paths without a value. A person must confirm them. */
  readonly warnings: Preview['warnings'];
  readonly onSave: () => Promise<unknown>;
}

/** Primary action of the editor. Warnings do not prevent saving, but must be confirmed. */
export function SaveButton({ label, isSaving, isReady, warnings, onSave }: SaveButtonProps): ReactNode {
  const text = useText();
  const isAdmin = useRole('admin');
  const [isAsking, setIsAsking] = useState(false);
  if (!isAdmin) {
    return (
      <Tooltip label={text('save.role')}>
        <Button data-disabled aria-disabled onClick={(event) => event.preventDefault()}>
          {label}
        </Button>
      </Tooltip>
    );
  }
  return (
    <>
      <ActionButton
        running={isSaving}
        disabled={!isReady}
        onClick={() => (warnings.length > 0 ? setIsAsking(true) : void onSave())}
      >
        {label}
      </ActionButton>
      <ConfirmDialog
        opened={isAsking}
        onClose={() => setIsAsking(false)}
        title={text('save.warningsTitle', { count: warnings.length })}
        action={text('save.anyway')}
        onConfirm={() => onSave()}
      >
        <Text>{text('save.warningsText')}</Text>
        <WarningList warnings={warnings} />
      </ConfirmDialog>
    </>
  );
}
