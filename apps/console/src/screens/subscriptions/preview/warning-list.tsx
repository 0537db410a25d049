import { Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { ForeignText } from '../../../ui/foreign-text';
import { useText } from '../text';
import type { Preview } from './use-preview';

type Warning = Preview['warnings'][number];

interface WarningListProps {
  readonly warnings: readonly Warning[];
  /** Called if a person takes the suggestion. Without it, only the text is shown. */
  readonly onFix?: (warning: Warning) => void;
}

/** Paths that have no value, each with the most similar known path. */
export function WarningList({ warnings, onFix }: WarningListProps): ReactNode {
  const text = useText();
  if (warnings.length === 0) return null;
  return (
    <Stack gap={4} mt={4}>
      {warnings.map((warning) => (
        <Group key={`${warning.field} ${warning.path}`} gap={6} wrap="nowrap" align="start" c="var(--pb-attention)">
          <IconAlertTriangle size={14} style={{ flex: 'none', marginBlockStart: 3 }} aria-label={text('warning')} />
          <Text size="sm">
            <ForeignText>{warning.message}</ForeignText>
          </Text>
          {onFix !== undefined && warning.suggestion !== null && (
            <Button variant="default" size="compact-xs" flex="none" onClick={() => onFix(warning)}>
              {text('useInstead', { path: warning.suggestion })}
            </Button>
          )}
        </Group>
      ))}
    </Stack>
  );
}
