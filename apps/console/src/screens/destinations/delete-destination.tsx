import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Tagged } from '../../api/tagged';
import { paths } from '../../app/paths';
import { DeleteButton } from '../watch/delete-button';
import { deleteDestination, type Destination } from './destination-api';
import { useText } from './text';

interface DeleteDestinationProps {
  readonly brand: string;
  readonly destination: Tagged<Destination>;
}

/** Button that deletes a destination. */
export function DeleteDestination({ brand, destination: { value, tag } }: DeleteDestinationProps): ReactNode {
  const text = useText();
  const navigate = useNavigate();
  const client = useQueryClient();
  return (
    <DeleteButton
      managedBy={value.managedBy}
      title={text('delete.title', { name: value.name })}
      help={text('delete.help')}
      action={text('delete.action')}
      onDelete={async (atMost) => {
        await deleteDestination(brand, value.name, tag, atMost);
        await navigate({ to: paths.destinations(brand) });
        await client.invalidateQueries({ queryKey: ['destinations', brand] });
      }}
    />
  );
}
