import { Modal, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useConnection } from '../api/connection';
import { meQuery, type Me } from '../api/session';
import { useMe } from '../lib/use-me';
import { KeyForm } from './key-form';
import { ProviderWindowButton } from './provider-window-button';
import { useText } from './text';

/**
 * Asks for a new sign-in over the page when the session has ended, so that drafts stay. The page is loaded anew if the new
 * key or person is not the same or sees other brands.
 */
export function SessionEndDialog(): ReactNode {
  const text = useText();
  const { sessionEnded } = useConnection();
  const before = useMe();
  const client = useQueryClient();
  const done = (me: Me): void => {
    if (!seesTheSame(before, me)) {
      location.reload();
      return;
    }
    client.setQueryData(meQuery.queryKey, me);
    void client.invalidateQueries();
  };
  return (
    <Modal
      opened={sessionEnded}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={text('session.endedTitle')}
    >
      <Stack gap="md">
        <Text>{text('session.endedText')}</Text>
        <ProviderWindowButton onSignedIn={done} />
        <KeyForm onSignedIn={done} />
      </Stack>
    </Modal>
  );
}

function seesTheSame(one: Me, other: Me): boolean {
  const scope = ({ name, role, brands, reveal, personId }: Me): string =>
    JSON.stringify([name, role, brands, reveal, personId]);
  return scope(one) === scope(other);
}
