import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { isMembers } from '../../../lib/merge-patch';
import { ForeignText } from '../../../ui/foreign-text';
import { useText } from '../text';

interface RecordTableProps {
  readonly message: Readonly<Record<string, unknown>>;
}

/** Values of a record by name, for surveys, shops and webhooks. Nested objects appear as dotted names. */
export function RecordTable({ message }: RecordTableProps): ReactNode {
  const text = useText();
  return (
    <Table aria-label={text('preview.record')} layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w="42%">{text('preview.field')}</Table.Th>
          <Table.Th>{text('preview.value')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rowsOf(message).map(([path, value]) => (
          <Table.Tr key={path}>
            <Table.Td>
              <bdi className="pb-code">{path}</bdi>
            </Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              {typeof value === 'string' ? (
                <ForeignText>{value}</ForeignText>
              ) : (
                <bdi className="pb-code">{JSON.stringify(value)}</bdi>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

const MAX_ROWS = 200;

function rowsOf(value: Readonly<Record<string, unknown>>, prefix = ''): [string, unknown][] {
  return Object.entries(value)
    .flatMap(([name, inner]): [string, unknown][] => {
      const path = prefix === '' ? name : `${prefix}.${name}`;
      return isMembers(inner) && Object.keys(inner).length > 0 ? rowsOf(inner, path) : [[path, inner]];
    })
    .slice(0, MAX_ROWS);
}
