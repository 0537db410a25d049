import { List, Text } from '@mantine/core';
import { PatchbayError } from '@patchbay/client';
import type { ReactNode } from 'react';
import { isMembers } from '../lib/merge-patch';
import { ConfirmDialog } from './confirm-dialog';
import { useText } from './text';

/** Waiting deliveries of a destination that a change would end, hold, or send by another destination type. */
export interface Affected {
  readonly destination: string;
  readonly effect: string;
  readonly count: number;
}

/** Returns the deliveries for which the hub wants a confirmation. Empty for every other error. */
export function affectedBy(error: unknown): readonly Affected[] {
  if (!(error instanceof PatchbayError) || error.status !== 409 || !isMembers(error.body)) return [];
  const { affectedDeliveries } = error.body;
  if (!Array.isArray(affectedDeliveries)) return [];
  return affectedDeliveries.flatMap((one: unknown) => {
    if (!isMembers(one)) return [];
    const { destination, effect, count } = one;
    return typeof destination === 'string' && typeof effect === 'string' && typeof count === 'number'
      ? [{ destination, effect, count }]
      : [];
  });
}

interface AffectedDialogProps {
  /** Deliveries of {@link affectedBy}. The dialog is open if there are any. */
  readonly affected: readonly Affected[];
  readonly onClose: () => void;
  /** Label of the button: the action itself. */
  readonly action: string;
  /** Repeats the change with the number that the person confirmed, as `atMost`. */
  readonly onConfirm: (atMost: number) => Promise<unknown>;
}

/** Asks before a change that affects waiting deliveries. The person types the number of these deliveries. */
export function AffectedDialog({ affected, onClose, action, onConfirm }: AffectedDialogProps): ReactNode {
  const text = useText();
  const total = affected.reduce((sum, { count }) => sum + count, 0);
  return (
    <ConfirmDialog
      opened={total > 0}
      onClose={onClose}
      title={text('affected.title')}
      action={action}
      danger
      typed={{ label: text('affected.type', { number: String(total) }), text: String(total) }}
      onConfirm={() => onConfirm(total)}
    >
      <List size="sm">
        {affected.map(({ destination, effect, count }) => (
          <List.Item key={`${destination} ${effect}`}>
            {text.has(`affected.${effect}`) ? text.dynamic(`affected.${effect}`, { count, destination }) : effect}
          </List.Item>
        ))}
      </List>
      <Text size="sm">{text('affected.help')}</Text>
    </ConfirmDialog>
  );
}
