import { Alert, Button, Group } from '@mantine/core';
import { IconTestPipe } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { AlertTitle } from '../../ui/alert-title';
import { useText } from './text';

interface SandboxNoticeProps {
  /** Label of the destination type. */
  readonly label: string;
  /** Fills the form with the invented account. */
  readonly onFill: () => void;
}

/** Tells in the demo that a sandbox replaces the vendor, and offers its invented account. */
export function SandboxNotice({ label, onFill }: SandboxNoticeProps): ReactNode {
  const text = useText();
  return (
    <Alert
      color="gray"
      icon={<IconTestPipe aria-hidden />}
      title={<AlertTitle>{text('sandbox.title', { label })}</AlertTitle>}
    >
      {text('sandbox.text')}
      <Group mt="sm">
        <Button variant="default" onClick={onFill}>
          {text('sandbox.fill')}
        </Button>
      </Group>
    </Alert>
  );
}
