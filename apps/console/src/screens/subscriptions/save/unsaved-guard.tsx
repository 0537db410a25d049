import { Button, Group, Modal, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useText } from '../text';

interface UnsavedGuardProps {
  readonly isUnsaved: boolean;
}

/** Asks before a person leaves the page with changes that are not saved. */
export function UnsavedGuard({ isUnsaved }: UnsavedGuardProps): ReactNode {
  const text = useText();
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => isUnsaved && current.pathname !== next.pathname,
    enableBeforeUnload: () => isUnsaved,
    withResolver: true,
  });
  return (
    <Modal
      opened={blocker.status === 'blocked'}
      onClose={() => blocker.reset?.()}
      title={text('leave.title')}
      closeButtonProps={{ 'aria-label': text('leave.stay') }}
    >
      <Text mb="md">{text('leave.text')}</Text>
      <Group justify="end" gap="sm">
        <Button variant="default" onClick={() => blocker.proceed?.()}>
          {text('leave.leave')}
        </Button>
        <Button onClick={() => blocker.reset?.()}>{text('leave.stay')}</Button>
      </Group>
    </Modal>
  );
}
