import { Group, Loader, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths';
import { useBrand } from '../../lib/use-brand';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { ForeignText } from '../../ui/foreign-text';
import { ProblemAlert } from '../../ui/problem-alert';
import { ReplayCountText } from '../watch/replay-count-text';
import { countReplay, isTooMany, startReplay } from '../watch/replay-request';
import { useText as useWatchText } from '../watch/text';
import type { FailureGroup } from './failure-group';
import { useText } from './text';

interface RedeliverDialogProps {
  /** Group to send again. Null: the dialog is closed. */
  readonly group: FailureGroup | null;
  readonly onClose: () => void;
}

/** Counts with the hub what a redelivery of a cause sends, asks for this number, then starts a replay. */
export function RedeliverDialog({ group, onClose }: RedeliverDialogProps): ReactNode {
  const text = useText();
  const watch = useWatchText();
  const brand = useBrand();
  const client = useQueryClient();
  const navigate = useNavigate();
  const counted = useQuery({
    queryKey: ['replay-count', brand, group?.filter],
    enabled: group !== null,
    staleTime: Infinity,
    gcTime: 0,
    queryFn: ({ signal }) =>
      countReplay(brand, { filter: group?.filter ?? {}, mapping: 'recorded', sample: 0 }, signal),
  });
  if (group === null) return null;
  const count = counted.data?.count ?? 0;
  const start = async (): Promise<void> => {
    const id = await startReplay(brand, { filter: group.filter, mapping: 'recorded' });
    await client.invalidateQueries({ queryKey: ['failures', brand] });
    await navigate({ to: id === null ? paths.replays(brand) : paths.replay(brand, id) });
  };
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={text('dialog.title')}
      action={text('dialog.action', { count })}
      ready={counted.data !== undefined && count > 0 && !isTooMany(counted.data)}
      {...(count === 0
        ? {}
        : { typed: { label: text('dialog.typed', { count: String(count) }), text: String(count) } })}
      onConfirm={start}
    >
      <Text>
        <bdi>{group.destination ?? watch('noDestination')}</bdi> · {watch(`errorKind.${group.errorKind ?? 'none'}`)}{' '}
        {group.vendorCode !== null && <bdi className="pb-code">{group.vendorCode}</bdi>}
      </Text>
      {group.example.message !== null && (
        <Text c="dimmed">
          <ForeignText>{group.example.message}</ForeignText>
        </Text>
      )}
      {counted.isPending && (
        <Group gap="sm" role="status">
          <Loader size="xs" /> {watch('check.counting')}
        </Group>
      )}
      {counted.error !== null && <ProblemAlert error={counted.error} onRetry={() => void counted.refetch()} />}
      {counted.data !== undefined && <ReplayCountText counted={counted.data} />}
      <Text>{text(group.status === 'unconfirmed' ? 'dialog.unconfirmed' : 'dialog.text')}</Text>
    </ConfirmDialog>
  );
}
