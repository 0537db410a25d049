import { Group, Loader, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useBrand } from '../../lib/use-brand';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { ForeignText } from '../../ui/foreign-text';
import { ProblemAlert } from '../../ui/problem-alert';
import { countRedelivery, redeliver, type RedeliverySelection } from './redelivery-request';
import { useText } from './text';

interface RedeliverDialogProps {
  /** Deliveries to redeliver. */
  readonly selection: RedeliverySelection;
  readonly title: string;
  /** Text about the deliveries, above their number. */
  readonly children: ReactNode;
  readonly onClose: () => void;
  /** Called after the deliveries were scheduled. */
  readonly onDone?: () => void;
}

/** Counts with the hub what a redelivery sends, asks for this number, then redelivers. */
export function RedeliverDialog({ selection, title, children, onClose, onDone }: RedeliverDialogProps): ReactNode {
  const text = useText();
  const brand = useBrand();
  const client = useQueryClient();
  const counted = useQuery({
    queryKey: ['redelivery-count', brand, selection],
    staleTime: Infinity,
    gcTime: 0,
    queryFn: ({ signal }) => countRedelivery(brand, selection, signal),
  });
  const count = counted.data?.count ?? 0;
  const start = async (): Promise<void> => {
    try {
      await redeliver(brand, selection);
    } finally {
      // A part may have been scheduled before a failure.
      await client.invalidateQueries({ queryKey: ['failures', brand] });
      await client.invalidateQueries({ queryKey: ['deliveries', brand] });
    }
    onDone?.();
  };
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={title}
      action={text('redeliver.action', { count })}
      ready={count > 0}
      {...(count === 0
        ? {}
        : { typed: { label: text('redeliver.typed', { count: String(count) }), text: String(count) } })}
      onConfirm={start}
    >
      {children}
      {counted.isPending && (
        <Group gap="sm" role="status">
          <Loader size="xs" /> {text('check.counting')}
        </Group>
      )}
      {counted.error !== null && <ProblemAlert error={counted.error} onRetry={() => void counted.refetch()} />}
      {counted.data !== undefined && (
        <>
          <Text fw={600} size="lg" data-count={count}>
            {count === 0 ? text('check.none') : text('check.count', { count })}
          </Text>
          {counted.data.refused.map(({ reason, count: left }) => (
            <Text key={reason} c="dimmed" size="sm">
              {text('redeliver.left', { count: left })} <ForeignText>{reason}</ForeignText>
            </Text>
          ))}
        </>
      )}
      <Text>{text('redeliver.text')}</Text>
    </ConfirmDialog>
  );
}
