import { Button, Group, Stack, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useRole } from '../../lib/use-me';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { CopyText } from '../../ui/copy-text';
import { rotateCallback } from './destination-api';
import { useText } from './text';

interface CallbackUrlProps {
  readonly brand: string;
  readonly name: string;
  readonly url: string | null;
  readonly onChanged: () => void;
}

/** URL to which the vendor reports what happens to messages. Only operators see it, because the URL is a secret. */
export function CallbackUrl({ brand, name, url, onChanged }: CallbackUrlProps): ReactNode {
  const text = useText();
  const isOperator = useRole('operator');
  const [asking, setAsking] = useState(false);
  if (!isOperator) return <Text c="dimmed">{text('callback.role')}</Text>;
  if (url === null) {
    return (
      <Text size="sm">
        {text.rich('callback.missing', {
          variable: () => (
            <bdi key="v" className="pb-code">
              PATCHBAY_PUBLIC_URL
            </bdi>
          ),
        })}
      </Text>
    );
  }
  return (
    <Stack gap="sm">
      <Text size="sm">{text('callback.help')}</Text>
      <CopyText value={url} />
      <Group>
        <Button variant="default" onClick={() => setAsking(true)}>
          {text('callback.rotate')}
        </Button>
      </Group>
      <ConfirmDialog
        opened={asking}
        onClose={() => setAsking(false)}
        title={text('callback.rotateTitle')}
        action={text('callback.rotateAction')}
        onConfirm={async () => {
          await rotateCallback(brand, name);
          onChanged();
        }}
      >
        <Text size="sm">{text('callback.rotateHelp')}</Text>
      </ConfirmDialog>
    </Stack>
  );
}
