import { Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useRole } from '../../lib/use-me';
import { ActionButton } from '../../ui/action-button';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { Facts } from '../../ui/facts';
import { ForeignText } from '../../ui/foreign-text';
import { ProblemAlert } from '../../ui/problem-alert';
import { TimeText } from '../../ui/time-text';
import { connectDestination, disconnectDestination, type Destination } from './destination-api';
import { useText } from './text';

interface ConnectionProps {
  readonly brand: string;
  readonly name: string;
  readonly connection: NonNullable<Destination['connection']>;
  readonly onChanged: () => void;
}

/** OAuth connection of a destination to an account at its vendor, with the actions of an admin. */
export function Connection({ brand, name, connection, onChanged }: ConnectionProps): ReactNode {
  const text = useText();
  const isAdmin = useRole('admin');
  const { state, scopes, connectedAt, connectedBy, expiresAt } = connection;
  return (
    <Stack gap="md">
      <Text size="sm">{text(`connection.states.${state}`)}</Text>
      {connectedAt !== null && (
        <Facts
          facts={[
            { label: text('connection.since'), value: <TimeText at={connectedAt} /> },
            { label: text('connection.by'), value: <ForeignText>{connectedBy ?? ''}</ForeignText> },
            ...(scopes === null
              ? []
              : [{ label: text('connection.scopes'), value: <ForeignText>{scopes}</ForeignText> }]),
            ...(expiresAt === null ? [] : [{ label: text('connection.expires'), value: <TimeText at={expiresAt} /> }]),
          ]}
        />
      )}
      {isAdmin ? (
        <ConnectionActions brand={brand} name={name} connection={connection} onChanged={onChanged} />
      ) : (
        <Text c="dimmed">{text('connection.role')}</Text>
      )}
    </Stack>
  );
}

function ConnectionActions({ brand, name, connection: { state }, onChanged }: ConnectionProps): ReactNode {
  const text = useText();
  const [asking, setAsking] = useState(false);
  const connect = useMutation({
    mutationFn: () => connectDestination(brand, name),
    onSuccess: ({ authorizeUrl }) => window.location.assign(authorizeUrl),
  });
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <ActionButton
          variant={state === 'connected' ? 'default' : 'filled'}
          running={connect.isPending}
          onClick={() => connect.mutate()}
        >
          {text(state === 'connected' ? 'connection.again' : 'connection.connect')}
        </ActionButton>
        {state !== 'not_connected' && (
          <ActionButton variant="default" running={false} onClick={() => setAsking(true)}>
            {text('connection.disconnect')}
          </ActionButton>
        )}
      </Group>
      {connect.error !== null && <ProblemAlert error={connect.error} />}
      <ConfirmDialog
        opened={asking}
        onClose={() => setAsking(false)}
        title={text('connection.disconnectTitle')}
        action={text('connection.disconnectAction')}
        onConfirm={async () => {
          await disconnectDestination(brand, name);
          onChanged();
        }}
      >
        <Text size="sm">{text('connection.disconnectHelp')}</Text>
      </ConfirmDialog>
    </Stack>
  );
}
