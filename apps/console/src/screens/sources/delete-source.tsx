import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Tagged } from '../../api/tagged';
import { paths } from '../../app/paths';
import { DeleteButton } from '../watch/delete-button';
import { deleteSource, type Source } from './source-api';
import { useText } from './text';

interface DeleteSourceProps {
  readonly brand: string;
  readonly source: Tagged<Source>;
}

/** Button that deletes a source. Nothing for the source of the hub's own events. */
export function DeleteSource({ brand, source: { value, tag } }: DeleteSourceProps): ReactNode {
  const text = useText();
  const navigate = useNavigate();
  const client = useQueryClient();
  if (value.managedBy === 'hub') return null;
  return (
    <DeleteButton
      managedBy={value.managedBy}
      title={text('delete.title', { name: value.name })}
      help={text('delete.help')}
      action={text('delete.action')}
      onDelete={async (atMost) => {
        await deleteSource(brand, value.name, tag, atMost);
        await navigate({ to: paths.sources(brand) });
        await client.invalidateQueries({ queryKey: ['sources', brand] });
      }}
    />
  );
}
