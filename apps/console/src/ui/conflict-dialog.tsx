import { Button, Code, Group, List, Modal, Radio, Stack, Table, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { withValueAt, type Difference, type ThreeWay } from '../lib/three-way';
import { useText } from './text';

interface ConflictDialogProps {
  /** Changes of both people. The dialog is open unless this is null. */
  readonly conflict: ThreeWay | null;
  readonly onClose: () => void;
  /** Saves the object with the choices of the person. */
  readonly onResolve: (merged: Readonly<Record<string, unknown>>) => void;
}

/** Shows what another person changed while a form was open. The person chooses a value for each field that both changed. */
export function ConflictDialog({ conflict, onClose, onResolve }: ConflictDialogProps): ReactNode {
  const text = useText();
  return (
    <Modal
      opened={conflict !== null}
      onClose={onClose}
      size="xl"
      title={text('conflict.title')}
      closeButtonProps={{ 'aria-label': text('dialog.close') }}
    >
      {conflict !== null && <ConflictForm conflict={conflict} onClose={onClose} onResolve={onResolve} />}
    </Modal>
  );
}

function ConflictForm({
  conflict,
  onClose,
  onResolve,
}: ConflictDialogProps & { readonly conflict: ThreeWay }): ReactNode {
  const text = useText();
  const [chosen, setChosen] = useState<Readonly<Record<string, string>>>({});
  const merged = conflict.conflicts.reduce(
    (value, { path, theirs }) => (chosen[nameOf(path)] === 'theirs' ? withValueAt(value, path, theirs) : value),
    conflict.merged,
  );
  return (
    <Stack gap="md">
      <Text size="sm">{text(conflict.conflicts.length > 0 ? 'conflict.choose' : 'conflict.none')}</Text>
      {conflict.conflicts.map((difference) => (
        <Radio.Group
          key={nameOf(difference.path)}
          label={<bdi className="pb-code">{nameOf(difference.path)}</bdi>}
          value={chosen[nameOf(difference.path)] ?? 'mine'}
          onChange={(next) => setChosen({ ...chosen, [nameOf(difference.path)]: next })}
        >
          <ConflictTable difference={difference} />
        </Radio.Group>
      ))}
      {conflict.theirs.length > 0 && (
        <div>
          <Text size="sm">{text('conflict.theirsOnly')}</Text>
          <List size="sm">
            {conflict.theirs.map(({ path, base, theirs }) => (
              <List.Item key={nameOf(path)}>
                <bdi className="pb-code">{nameOf(path)}</bdi>:{' '}
                <bdi dir="ltr">
                  <Value value={base} /> → <Value value={theirs} />
                </bdi>
              </List.Item>
            ))}
          </List>
        </div>
      )}
      <Group justify="end" gap="sm">
        <Button variant="default" onClick={onClose}>
          {text('dialog.cancel')}
        </Button>
        <Button onClick={() => onResolve(merged)}>{text('conflict.save')}</Button>
      </Group>
    </Stack>
  );
}

function ConflictTable({ difference }: { readonly difference: Difference }): ReactNode {
  const text = useText();
  return (
    <Table withTableBorder>
      <Table.Tbody>
        {(['mine', 'theirs'] as const).map((side) => (
          <Table.Tr key={side}>
            <Table.Td w={220}>
              <Radio value={side} label={text(`conflict.${side}`)} />
            </Table.Td>
            <Table.Td>
              <Value value={difference[side]} />
            </Table.Td>
          </Table.Tr>
        ))}
        <Table.Tr>
          <Table.Td c="dimmed">{text('conflict.base')}</Table.Td>
          <Table.Td>
            <Value value={difference.base} />
          </Table.Td>
        </Table.Tr>
      </Table.Tbody>
    </Table>
  );
}

function Value({ value }: { readonly value: unknown }): ReactNode {
  const text = useText();
  if (value === undefined || value === null) return <Text span>{text('form.none')}</Text>;
  return <Code dir="ltr">{typeof value === 'string' ? value : JSON.stringify(value)}</Code>;
}

function nameOf(path: readonly string[]): string {
  return path.join('.');
}
