import { Button, Group, Modal, Radio, Stack, Table, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { fieldDifferences, withFieldsOf, type Side } from '../../../lib/field-merge';
import { useFocusReturn } from '../../../lib/use-focus-return';
import { ForeignText } from '../../../ui/foreign-text';
import { toYaml } from '../mapping/yaml-value';
import { DRAFT_FIELDS, type Draft } from '../model/draft';
import { useText } from '../text';
import classes from './conflict.module.css';

type DraftField = (typeof DRAFT_FIELDS)[number];

interface ConflictDialogProps {
  readonly base: Draft;
  readonly mine: Draft;
  readonly theirs: Draft;
  /** Version of theirs. */
  readonly version: number;
  readonly onClose: () => void;
  readonly onMerge: (draft: Draft) => void;
}

/** Shows the changes of two people side by side. A person chooses per field; nothing is lost without a choice. */
export function ConflictDialog({ base, mine, theirs, version, onClose, onMerge }: ConflictDialogProps): ReactNode {
  const text = useText();
  useFocusReturn();
  const found = fieldDifferences(DRAFT_FIELDS, base, mine, theirs);
  const [chosen, setChosen] = useState<Partial<Record<DraftField, Side>>>({});
  const choices: Partial<Record<DraftField, Side>> = {
    ...Object.fromEntries(found.flatMap(({ field, changedBy }) => (changedBy === null ? [] : [[field, changedBy]]))),
    ...chosen,
  };
  const taken = found.flatMap(({ field }) => (choices[field] === 'theirs' ? [field] : []));
  const isReady = found.every(({ field }) => choices[field] !== undefined);
  return (
    <Modal
      opened
      onClose={onClose}
      size="min(1100px, 96vw)"
      title={text('conflict.title', { version })}
      closeButtonProps={{ 'aria-label': text('conflict.later') }}
    >
      <Stack gap="md">
        <Text>{text('conflict.text')}</Text>
        <div className={classes.scroll} tabIndex={0} role="region" aria-label={text('conflict.fields')}>
          <Table aria-label={text('conflict.fields')} className={classes.table}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{text('conflict.field')}</Table.Th>
                <Table.Th>{text('conflict.mine')}</Table.Th>
                <Table.Th>{text('conflict.theirs')}</Table.Th>
                <Table.Th>{text('conflict.base')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {found.map(({ field, changedBy }) => (
                <Table.Tr key={field}>
                  <Table.Td>
                    {text(`fields.${field}`)}
                    {changedBy === null && (
                      <Text size="xs" c="var(--pb-attention)">
                        {text('conflict.both')}
                      </Text>
                    )}
                  </Table.Td>
                  {(['mine', 'theirs'] as const).map((side) => (
                    <Table.Td key={side}>
                      <Radio
                        name={`conflict-${field}`}
                        label={text(`conflict.${side}`)}
                        aria-label={`${text(`fields.${field}`)}: ${text(`conflict.${side}`)}`}
                        checked={choices[field] === side}
                        onChange={() => setChosen((before) => ({ ...before, [field]: side }))}
                      />
                      <Shown value={(side === 'mine' ? mine : theirs)[field]} />
                    </Table.Td>
                  ))}
                  <Table.Td>
                    <Shown value={base[field]} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
        {found.length === 0 && <Text>{text('conflict.same')}</Text>}
        <Group justify="end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {text('conflict.later')}
          </Button>
          <Button disabled={!isReady} onClick={() => onMerge(withFieldsOf(mine, theirs, taken))}>
            {text('conflict.save')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Shown({ value }: { readonly value: unknown }): ReactNode {
  return (
    <pre className={classes.value}>
      <ForeignText>{toYaml(value).trimEnd()}</ForeignText>
    </pre>
  );
}
