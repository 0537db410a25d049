import { Alert, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ActionButton } from '../../ui/action-button';
import { ProblemAlert } from '../../ui/problem-alert';
import { AlertTitle } from '../../ui/alert-title';
import { ForeignText } from '../../ui/foreign-text';
import { verifyDestination } from './destination-api';
import { useText } from './text';

interface VerifyCredentialsProps {
  readonly brand: string;
  readonly name: string;
  /** Called after a test that the vendor accepted. */
  readonly onPassed?: () => void;
}

/** Button that tests the credentials at the vendor, with the result below it. */
export function VerifyCredentials({ brand, name, onPassed }: VerifyCredentialsProps): ReactNode {
  const text = useText();
  const verify = useMutation({
    mutationFn: () => verifyDestination(brand, name),
    onSuccess: ({ ok }) => {
      if (ok) onPassed?.();
    },
  });
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <ActionButton variant="default" running={verify.isPending} onClick={() => verify.mutate()}>
          {text('verify.button')}
        </ActionButton>
        <Text size="xs" c="dimmed">
          {text('verify.help')}
        </Text>
      </Group>
      <div role="status">
        {verify.data?.ok === true && (
          <Alert
            color="green"
            icon={<IconCheck aria-hidden />}
            title={<AlertTitle>{text('verify.passed')}</AlertTitle>}
          >
            {verify.data.message}
          </Alert>
        )}
        {verify.data?.warnings.map((warning) => (
          <Alert key={warning} mt="sm" color="yellow" icon={<IconAlertTriangle aria-hidden />}>
            <ForeignText>{warning}</ForeignText>
          </Alert>
        ))}
        {verify.data?.ok === false && (
          <Alert
            color="red"
            icon={<IconAlertTriangle aria-hidden />}
            title={<AlertTitle>{text('verify.failed')}</AlertTitle>}
          >
            <ForeignText>{verify.data.message ?? verify.data.errorKind ?? ''}</ForeignText>
          </Alert>
        )}
      </div>
      {verify.error !== null && <ProblemAlert error={verify.error} />}
    </Stack>
  );
}
