import { Box, Button, Group, Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths';
import { useBrand } from '../../lib/use-brand';
import { useRole } from '../../lib/use-me';
import { AppLink } from '../../ui/app-link';
import { ClampedText } from '../../ui/clamped-text';
import tableClasses from '../../ui/data-table.module.css';
import { StateBadge } from '../../ui/state-badge';
import { TimeText } from '../../ui/time-text';
import { DestinationLink } from '../watch/destination-link';
import { useText as useWatchText } from '../watch/text';
import { deliveriesSearch, type FailureGroup } from './failure-group';
import { useText } from './text';

interface FailureTableProps {
  readonly groups: readonly FailureGroup[];
  readonly onRedeliver: (group: FailureGroup) => void;
}

/** Groups of failures as a table. */
export function FailureTable({ groups, onRedeliver }: FailureTableProps): ReactNode {
  const text = useText();
  const watch = useWatchText();
  const isOperator = useRole('operator');
  return (
    <Box className={tableClasses.scroll} tabIndex={0} role="region" aria-label={text('title')}>
      <Table className={tableClasses.table} aria-label={text('title')} highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{watch('filter.cause')}</Table.Th>
            <Table.Th>{watch('filter.destination')}</Table.Th>
            <Table.Th>{watch('filter.state')}</Table.Th>
            <Table.Th data-end>{text('count')}</Table.Th>
            <Table.Th data-end>{text('first')}</Table.Th>
            <Table.Th data-end>{text('last')}</Table.Th>
            {isOperator && <Table.Th>{text('action')}</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {groups.map((group) => (
            <FailureRow
              key={[group.destination, group.status, group.errorKind, group.vendorCode].join(' ')}
              group={group}
              onRedeliver={isOperator ? () => onRedeliver(group) : undefined}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Box>
  );
}

interface FailureRowProps {
  readonly group: FailureGroup;
  /** Absent if the caller may not redeliver. */
  readonly onRedeliver: (() => void) | undefined;
}

function FailureRow({ group, onRedeliver }: FailureRowProps): ReactNode {
  const text = useText();
  const watch = useWatchText();
  const brand = useBrand();
  const { destination, status, errorKind, vendorCode, count, firstAt, lastAt, example } = group;
  return (
    <Table.Tr data-row={`${destination ?? ''} ${vendorCode ?? ''}`}>
      <Table.Td>
        <AppLink to={paths.deliveries(brand)} search={deliveriesSearch(group)}>
          {watch(`errorKind.${errorKind ?? 'none'}`)}
        </AppLink>{' '}
        {vendorCode !== null && <bdi className="pb-code">{vendorCode}</bdi>}
        {example.message !== null && <ClampedText>{example.message}</ClampedText>}
      </Table.Td>
      <Table.Td>
        <DestinationLink name={destination} />
      </Table.Td>
      <Table.Td>
        <StateBadge state={status} />
      </Table.Td>
      <Table.Td data-end>{count}</Table.Td>
      <Table.Td data-end>
        <TimeText at={firstAt} />
      </Table.Td>
      <Table.Td data-end>
        <TimeText at={lastAt} />
      </Table.Td>
      {onRedeliver !== undefined && (
        <Table.Td>
          <Group gap="sm" wrap="nowrap">
            <Button variant="default" onClick={onRedeliver}>
              {text('redeliver')}
            </Button>
          </Group>
        </Table.Td>
      )}
    </Table.Tr>
  );
}
