import { Alert, Badge, Button, CopyButton, Group, Stack, Text } from '@mantine/core';
import { IconDownload, IconFileText } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { JsonView } from './json-view';
import { useText } from './text';

interface ManagedByFileProps {
  /** File of the object, relative to the configuration folder. */
  readonly file: string | null;
  /** YAML of the object as the form has it now. */
  readonly yaml: string;
}

/** Stands in the place of "Save" for an object of a file: the changed YAML to copy, because only the file changes it. */
export function ManagedByFile({ file, yaml }: ManagedByFileProps): ReactNode {
  const text = useText();
  const name = file ?? 'YAML';
  return (
    <Stack gap="sm">
      <Alert color="gray" icon={<IconFileText aria-hidden />}>
        {text('managed.notice', { file: name })}
      </Alert>
      <JsonView text={yaml} language="text" label={text('managed.yaml', { file: name })} maxHeight={320} />
      <Group gap="sm">
        <CopyButton value={yaml}>
          {({ copied, copy }) => <Button onClick={copy}>{copied ? text('copy.copied') : text('managed.copy')}</Button>}
        </CopyButton>
        <Button
          variant="default"
          component="a"
          href={`data:text/yaml;charset=utf-8,${encodeURIComponent(yaml)}`}
          download={name.split('/').at(-1)}
          leftSection={<IconDownload size={14} aria-hidden />}
        >
          {text('managed.download')}
        </Button>
      </Group>
    </Stack>
  );
}

interface ManagedBadgeProps {
  readonly managedBy: string;
  readonly file: string | null;
}

/** Shows the file that manages an object. Nothing for objects of the API. */
export function ManagedBadge({ managedBy, file }: ManagedBadgeProps): ReactNode {
  const text = useText();
  if (managedBy !== 'file') return null;
  return (
    <Badge variant="default" leftSection={<IconFileText size={12} aria-hidden />}>
      <Text span inherit className="pb-code">
        {file ?? text('managed.badge')}
      </Text>
    </Badge>
  );
}
