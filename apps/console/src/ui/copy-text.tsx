import { ActionIcon, CopyButton, Group, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useText } from './text';

interface CopyTextProps {
  readonly value: string;
  /** Text that is shown instead of the value, such as a short id. */
  readonly shown?: string;
}

/** Shows an id, URL or command with a button that copies it. */
export function CopyText({ value, shown = value }: CopyTextProps): ReactNode {
  const text = useText();
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Group gap={2} wrap="nowrap" component="span" display="inline-flex">
          <bdi className="pb-code" title={value}>
            {shown}
          </bdi>
          <Tooltip label={copied ? text('copy.copied') : text('copy.copy')}>
            <ActionIcon size="sm" onClick={copy} aria-label={`${text(copied ? 'copy.copied' : 'copy.copy')}: ${value}`}>
              {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
            </ActionIcon>
          </Tooltip>
        </Group>
      )}
    </CopyButton>
  );
}
