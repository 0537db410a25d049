import { Text } from '@mantine/core';
import { answerOf } from '@patchbay/client';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import { ActionButton } from '../../ui/action-button';
import { ForeignText } from '../../ui/foreign-text';
import { ProblemAlert } from '../../ui/problem-alert';
import { useText } from './text';

interface RevealedAddressProps {
  readonly brand: string;
  /** Id of the suppression. */
  readonly id: string;
}

/** Button that shows the address of a suppression. The hub records the access in the audit log. */
export function RevealedAddress({ brand, id }: RevealedAddressProps): ReactNode {
  const text = useText();
  const [address, setAddress] = useState<string | null>();
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<unknown>(null);
  if (error !== null) return <ProblemAlert error={error} onRetry={() => setError(null)} />;
  if (address === null) return <Text size="xs">{text('notStored')}</Text>;
  if (address !== undefined) return <ForeignText>{address}</ForeignText>;
  const show = async (): Promise<void> => {
    const params = { path: { brand, id }, query: { reveal: 'true' } } as const;
    setRunning(true);
    try {
      setAddress((await answerOf(api.GET('/v1/brands/{brand}/suppressions/{id}', { params }))).address);
    } catch (failure) {
      setError(failure);
    } finally {
      setRunning(false);
    }
  };
  return (
    <ActionButton variant="default" size="compact-xs" running={running} onClick={() => void show()}>
      {text('show')}
    </ActionButton>
  );
}
