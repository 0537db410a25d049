import { Modal } from '@mantine/core';
import { answerOf } from '@patchbay/client';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api } from '../../api/client';
import { useFocusReturn } from '../../lib/use-focus-return';
import { NewKeyForm, type NewKey } from './new-key-form';
import { NewSecret } from './new-secret';
import { useText } from './text';

interface NewKeyDialogProps {
  readonly onClose: () => void;
  readonly onMade: () => void;
}

/** Dialog that makes a key and shows its secret once. From the request on, only the button below the secret closes it. */
export function NewKeyDialog({ onClose, onMade }: NewKeyDialogProps): ReactNode {
  const text = useText();
  useFocusReturn();
  const making = useMutation({
    mutationFn: (body: NewKey) => answerOf(api.POST('/v1/keys', { body })),
    onSuccess: onMade,
    // The answer has the secret, which must not stay in memory after the dialog.
    gcTime: 0,
  });
  const hasSecret = making.isPending || making.isSuccess;
  return (
    <Modal
      opened
      onClose={onClose}
      title={text('newTitle')}
      closeOnClickOutside={false}
      closeOnEscape={!hasSecret}
      withCloseButton={!hasSecret}
      closeButtonProps={{ 'aria-label': text('close') }}
    >
      {making.data === undefined ? (
        <NewKeyForm isRunning={making.isPending} error={making.error} onSubmit={making.mutate} />
      ) : (
        <NewSecret secret={making.data.key} onDone={onClose} />
      )}
    </Modal>
  );
}
