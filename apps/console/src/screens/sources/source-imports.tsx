import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { type Answer, answerOf } from '@patchbay/client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import { useRole } from '../../lib/use-me';
import { AlertTitle } from '../../ui/alert-title';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { DataTable, type Column } from '../../ui/data-table';
import { ForeignText } from '../../ui/foreign-text';
import { TimeText } from '../../ui/time-text';
import { useListPage } from '../../ui/use-list-page';
import { RoleButton } from '../watch/role-button';
import { cancelImport, IMPORTS, type Import, type ImportTarget } from './import-api';
import { ImportDialog } from './import-dialog';
import type { Source } from './source-api';
import { useText } from './text';

interface SourceImportsProps {
  readonly brand: string;
  readonly source: Source;
}

/** Imports of a source with their progress, newest first, and the last scan of its watched place. */
export function SourceImports({ brand, source: { name: source, files } }: SourceImportsProps): ReactNode {
  const text = useText();
  const isOperator = useRole('operator');
  const [isAdding, setIsAdding] = useState(false);
  const [cancelling, setCancelling] = useState<Import | null>(null);
  const page = useListPage<Import>({
    key: ['imports', brand, source],
    rowKey: ({ id }) => id,
    live: true,
    load: (paging, signal, headers) => {
      const params = { path: { brand, source }, query: paging };
      return answerOf(api.GET(IMPORTS, { params, signal, headers }));
    },
  });
  const columns: Column<Import>[] = [
    {
      key: 'started',
      header: text('imports.started'),
      width: '120px',
      cell: ({ createdAt }) => <TimeText at={createdAt} />,
    },
    { key: 'file', header: text('imports.file'), cell: ({ fileName }) => <ForeignText>{fileName}</ForeignText> },
    { key: 'state', header: text('imports.state'), cell: (row) => <ImportProgress row={row} /> },
    { key: 'accepted', header: text('imports.accepted'), end: true, cell: ({ accepted }) => accepted },
    { key: 'duplicate', header: text('imports.duplicate'), end: true, cell: ({ duplicate }) => duplicate },
    { key: 'quarantined', header: text('imports.quarantined'), end: true, cell: (row) => <Quarantined row={row} /> },
    ...(isOperator ? [cancelColumn(text, setCancelling)] : []),
  ];
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Text c="dimmed" maw={720}>
          {text('imports.about')}
        </Text>
        <RoleButton role="operator" onClick={() => setIsAdding(true)}>
          {text('imports.add.open')}
        </RoleButton>
      </Group>
      <ScanProblem brand={brand} source={source} />
      <DataTable
        page={page}
        columns={columns}
        rowKey={({ id }) => id}
        label={text('imports.title')}
        empty={<Text maw={520}>{text('imports.empty')}</Text>}
      />
      <ImportDialog
        {...{ brand, source, format: formatOf(files) }}
        opened={isAdding}
        onClose={() => setIsAdding(false)}
      />
      <CancelDialog {...{ brand, source, cancelling }} onClose={() => setCancelling(null)} />
    </Stack>
  );
}

function cancelColumn(text: ReturnType<typeof useText>, onCancel: (row: Import) => void): Column<Import> {
  return {
    key: 'cancel',
    header: text('imports.actions'),
    cell: (row) =>
      row.endedAt === null && (
        <Button variant="default" size="compact-xs" onClick={() => onCancel(row)}>
          {text('imports.cancel.open')}
        </Button>
      ),
  };
}

interface CancelDialogProps extends ImportTarget {
  /** Import to be cancelled. Null if nobody asked. */
  readonly cancelling: Import | null;
  readonly onClose: () => void;
}

function CancelDialog({ brand, source, cancelling, onClose }: CancelDialogProps): ReactNode {
  const text = useText();
  const client = useQueryClient();
  return (
    <ConfirmDialog
      opened={cancelling !== null}
      onClose={onClose}
      title={text('imports.cancel.title')}
      action={text('imports.cancel.action')}
      onConfirm={async () => {
        if (cancelling !== null) await cancelImport({ brand, source }, cancelling.id);
        await client.invalidateQueries({ queryKey: ['imports', brand, source] });
      }}
      danger
    >
      <Text>{text('imports.cancel.text', { file: cancelling?.fileName ?? '' })}</Text>
    </ConfirmDialog>
  );
}

/** Returns the format of the files of a source. Null if the source sets none. */
function formatOf(files: Source['files']): 'csv' | 'ndjson' | null {
  const format = files?.['format'];
  return format === 'csv' || format === 'ndjson' ? format : null;
}

function ImportProgress({ row }: { readonly row: Import }): ReactNode {
  const text = useText();
  const { state, sizeBytes, receivedBytes, importedBytes, reason } = row;
  const bytes = state === 'uploading' ? receivedBytes : importedBytes;
  const percent = sizeBytes === 0 ? 100 : Math.floor((bytes / sizeBytes) * 100);
  return (
    <>
      {text(`imports.states.${state}`)}
      {row.endedAt === null && ` ${text('imports.percent', { percent })}`}
      {reason !== null && (
        <Text size="xs" c="dimmed">
          <ForeignText>{reason}</ForeignText>
        </Text>
      )}
    </>
  );
}

/** Number of rows that made no event, with the first of them. */
function Quarantined({ row: { quarantined, problems } }: { readonly row: Import }): ReactNode {
  const text = useText();
  const [first] = problems;
  if (first === undefined) return quarantined;
  return (
    <>
      {quarantined}
      <Text size="xs" c="dimmed">
        {text('imports.line', { line: first.line })} <ForeignText>{first.reason}</ForeignText>
      </Text>
    </>
  );
}

/** Says why the watched place could not be listed. Nothing if it was listed, or if there is none. */
function ScanProblem({ brand, source }: ImportTarget): ReactNode {
  const text = useText();
  const { data } = useQuery({
    queryKey: ['imports', brand, source, 'scan'],
    queryFn: ({ signal }): Promise<Answer<typeof IMPORTS>> =>
      answerOf(api.GET(IMPORTS, { params: { path: { brand, source }, query: { limit: 1 } }, signal })),
    refetchInterval: 10_000,
  });
  const problem = data?.scan?.problem ?? null;
  if (problem === null) return null;
  return (
    <Alert color="red" title={<AlertTitle>{text('imports.scanFailed')}</AlertTitle>}>
      <ForeignText>{problem}</ForeignText>
    </Alert>
  );
}
