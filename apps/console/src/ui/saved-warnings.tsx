import { Alert, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { AlertTitle } from './alert-title';
import { ForeignText } from './foreign-text';
import { useText } from './text';

/** Warning in the answer to a save, with the field of the saved object. */
export interface SavedWarning {
  readonly field: string;
  readonly message: string;
}

interface SavedWarningsProps {
  readonly warnings: readonly SavedWarning[];
}

/** Parts of a saved object that probably do not work as intended. Shown until the next save. */
export function SavedWarnings({ warnings }: SavedWarningsProps): ReactNode {
  const text = useText();
  if (warnings.length === 0) return null;
  return (
    <Alert
      color="yellow"
      role="status"
      icon={<IconAlertTriangle aria-hidden />}
      title={<AlertTitle>{text('savedWarnings.title', { count: warnings.length })}</AlertTitle>}
    >
      <Stack gap={4}>
        <Text>{text('savedWarnings.text')}</Text>
        {warnings.map(({ field, message }) => (
          <Text key={`${field} ${message}`}>
            <bdi className="pb-code" dir="ltr">
              {field}
            </bdi>{' '}
            <ForeignText>{message}</ForeignText>
          </Text>
        ))}
      </Stack>
    </Alert>
  );
}
