import { Alert, Button, Group, Stack } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import { CopyText } from '../../ui/copy-text';
import { useText } from './text';

interface NewSecretProps {
  readonly secret: string;
  readonly onDone: () => void;
}

/** Secret of a new key. It takes the focus from the form, but no button has it, so a second Enter does not hide the secret. */
export function NewSecret({ secret, onDone }: NewSecretProps): ReactNode {
  const text = useText();
  const content = useRef<HTMLDivElement>(null);
  useEffect(() => content.current?.focus(), []);
  return (
    <Stack gap="md" ref={content} tabIndex={-1} style={{ outline: 'none' }}>
      <Alert color="yellow" role="status">
        {text('once')}
      </Alert>
      <CopyText value={secret} />
      <Group justify="end">
        <Button onClick={onDone}>{text('done')}</Button>
      </Group>
    </Stack>
  );
}
