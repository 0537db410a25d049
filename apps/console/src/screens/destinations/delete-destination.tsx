import { Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import type { Tagged } from '../../api/tagged';
import { paths } from '../../app/paths';
import { AffectedDialog, affectedBy, type Affected } from '../../ui/affected-dialog';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { RoleButton } from '../watch/role-button';
import { deleteDestination, type Destination } from './destination-api';
import { useText } from './text';

interface DeleteDestinationProps {
  readonly brand: string;
  readonly destination: Tagged<Destination>;
}

/** Button that deletes a destination. Asks first, and again with the number of waiting deliveries that it cancels. */
export function DeleteDestination({ brand, destination: { value, tag } }: DeleteDestinationProps): ReactNode {
  const text = useText();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [affected, setAffected] = useState<readonly Affected[]>([]);
  const remove = async (atMost: number): Promise<void> => {
    try {
      await deleteDestination(brand, value.name, tag, atMost);
    } catch (failure) {
      const waiting = affectedBy(failure);
      if (waiting.length === 0) throw failure;
      setAffected(waiting);
      if (atMost > 0) throw failure;
      return;
    }
    await navigate({ to: paths.destinations(brand) });
    await client.invalidateQueries({ queryKey: ['destinations', brand] });
  };
  return (
    <>
      <RoleButton
        role="admin"
        variant="default"
        refusal={value.managedBy === 'file' ? text('delete.file') : null}
        onClick={() => setAsking(true)}
      >
        {text('delete.button')}
      </RoleButton>
      <ConfirmDialog
        opened={asking}
        onClose={() => setAsking(false)}
        title={text('delete.title', { name: value.name })}
        action={text('delete.action')}
        danger
        onConfirm={() => remove(0)}
      >
        <Text size="sm">{text('delete.help')}</Text>
      </ConfirmDialog>
      <AffectedDialog
        affected={affected}
        onClose={() => setAffected([])}
        action={text('delete.action')}
        onConfirm={remove}
      />
    </>
  );
}
