import { Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths';
import { ActionButton } from '../../ui/action-button';
import { ButtonLink } from '../../ui/app-link';
import { ProblemAlert } from '../../ui/problem-alert';
import { UNREACHABLE_CUSTOMER } from './first-event';
import { useText } from './text';

interface UnreachableSampleProps {
  readonly brand: string;
  /** Sends an event of a customer who has neither a phone number nor an e-mail address. */
  readonly onSend: () => Promise<void>;
}

/** Lets a person send a message that cannot arrive, and then look up why. */
export function UnreachableSample({ brand, onSend }: UnreachableSampleProps): ReactNode {
  const text = useText();
  const send = useMutation({ mutationFn: onSend });
  return (
    <Group gap="sm" mt="sm">
      <Text size="sm">{text(send.isSuccess ? 'unreachable.sent' : 'unreachable.text')}</Text>
      {send.isSuccess ? (
        <ButtonLink variant="default" to={paths.customer(brand, UNREACHABLE_CUSTOMER)}>
          {text('unreachable.open')}
        </ButtonLink>
      ) : (
        <ActionButton variant="default" running={send.isPending} onClick={() => send.mutate()}>
          {text('unreachable.send')}
        </ActionButton>
      )}
      {send.error !== null && <ProblemAlert error={send.error} />}
    </Group>
  );
}
