import { Group, Loader, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useBrand } from '../../lib/use-brand';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { ProblemAlert } from '../../ui/problem-alert';
import type { RedeliveryCount } from './redelivery-count';
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

/** Counts with the hub what a redelivery sends, asks for this number, then redelivers. Closing it stops the rest. */
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
  const [done, setDone] = useState<RedeliveryCount>();
  const running = useRef<AbortController>(null);
  useEffect(() => () => running.current?.abort(), []);
  const start = async (): Promise<void> => {
    running.current = new AbortController();
    try {
      await redeliver(brand, selection, running.current.signal, setDone);
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
          {counted.data.refused.map(({ code, reason, count: left }) => (
            <Text key={reason} c="dimmed" size="sm">
              {text('redeliver.left', { count: left })} {text(`redeliver.refused.${code}`)}
            </Text>
          ))}
        </>
      )}
      <Text>{text('redeliver.text')}</Text>
      {done !== undefined && (
        <Text role="status" data-done={done.count}>
          {text('redeliver.done', { done: done.count, count })}
        </Text>
      )}
    </ConfirmDialog>
  );
}
