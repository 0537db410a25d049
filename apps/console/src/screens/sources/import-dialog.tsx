import { Button, Checkbox, FileInput, Group, Modal, NativeSelect, Progress, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { ActionButton } from '../../ui/action-button';
import { ProblemAlert } from '../../ui/problem-alert';
import { uploadCalls, type ImportRequest, type ImportTarget } from './import-api';
import { useText } from './text';
import { uploadFile, type UploadProgress } from './upload-file';

const FORMATS = ['csv', 'ndjson'] as const;
type Format = NonNullable<ImportRequest['format']>;

interface ImportDialogProps extends ImportTarget {
  /** Format that the source sets for its files. Null if it sets none. */
  readonly format: Format | null;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Dialog that uploads a file and imports its rows. Closing the dialog stops the upload. */
export function ImportDialog({ opened, onClose, ...props }: ImportDialogProps): ReactNode {
  const text = useText();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={text('imports.add.title')}
      closeButtonProps={{ 'aria-label': text('imports.add.close') }}
    >
      <ImportForm onClose={onClose} {...props} />
    </Modal>
  );
}

function ImportForm({ brand, source, format, onClose }: Omit<ImportDialogProps, 'opened'>): ReactNode {
  const text = useText();
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [chosenFormat, setChosenFormat] = useState<Format | null>(null);
  const [isRecovered, setIsRecovered] = useState(false);
  const [progress, setProgress] = useState<UploadProgress | null>(null);
  const [error, setError] = useState<unknown>(null);
  const upload = useRef<AbortController | null>(null);
  useEffect(() => () => upload.current?.abort(), []);
  const usedFormat = chosenFormat ?? format ?? formatOfName(file?.name ?? '');
  const start = async (chosen: File): Promise<void> => {
    const controller = new AbortController();
    upload.current = controller;
    const { signal } = controller;
    setError(null);
    setProgress({ step: 'reading', percent: 0 });
    try {
      const settings = { format: usedFormat, recovered: isRecovered };
      await uploadFile(uploadCalls({ brand, source }, signal), { file: chosen, settings }, setProgress, signal);
      await client.invalidateQueries({ queryKey: ['imports', brand, source] });
      onClose();
    } catch (failure) {
      if (!signal.aborted) setError(failure);
      setProgress(null);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (file !== null && progress === null) void start(file);
      }}
    >
      <Stack gap="md">
        <FileInput
          label={text('imports.add.file')}
          description={text('imports.add.fileHelp')}
          placeholder={text('imports.add.choose')}
          required
          disabled={progress !== null}
          value={file}
          onChange={setFile}
        />
        <NativeSelect
          label={text('imports.add.format')}
          data={FORMATS.map((value) => ({ value, label: text(`imports.add.formats.${value}`) }))}
          disabled={progress !== null}
          value={usedFormat}
          onChange={({ currentTarget: { value } }) => setChosenFormat(FORMATS.find((one) => one === value) ?? null)}
        />
        <Checkbox
          label={text('imports.add.recovered')}
          description={text('imports.add.recoveredHelp')}
          disabled={progress !== null}
          checked={isRecovered}
          onChange={(event) => setIsRecovered(event.currentTarget.checked)}
        />
        {progress !== null && <UploadBar {...progress} />}
        {error !== null && <ProblemAlert error={error} />}
        <Group justify="end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {text(progress === null ? 'imports.add.close' : 'imports.add.stop')}
          </Button>
          <ActionButton type="submit" running={progress !== null} disabled={file === null}>
            {text('imports.add.action')}
          </ActionButton>
        </Group>
      </Stack>
    </form>
  );
}

function UploadBar({ step, percent }: UploadProgress): ReactNode {
  const text = useText();
  const label = text(`imports.add.steps.${step}`);
  return (
    <Stack gap={4}>
      <Text size="sm">
        {label} {text('imports.percent', { percent })}
      </Text>
      <Progress.Root>
        <Progress.Section value={percent} aria-label={label} />
      </Progress.Root>
    </Stack>
  );
}

/** Returns the format that the name of a file suggests. */
function formatOfName(name: string): Format {
  return name.toLowerCase().endsWith('.csv') ? 'csv' : 'ndjson';
}
