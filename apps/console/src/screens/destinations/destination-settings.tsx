import { Button, Group, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Tagged } from '../../api/tagged';
import { fieldErrors } from '../../lib/field-errors';
import { useRole } from '../../lib/use-me';
import { yamlText } from '../../lib/yaml-text';
import { ActionButton } from '../../ui/action-button';
import { ManagedByFile } from '../../ui/managed-by-file';
import { ProblemAlert } from '../../ui/problem-alert';
import { VendorChoices } from '../../ui/vendor-choice-input';
import { useEditing } from '../../ui/use-editing';
import type { TypeSummary } from '../types/destination-types';
import { changeDestination, destinationKey, readChoices, readDestination, type Destination } from './destination-api';
import { DestinationFields } from './destination-fields';
import { editableDestination, fileContent } from './destination-form';
import { SHOWN_FIELDS } from './messaging-fields';
import { useText } from './text';

interface DestinationSettingsProps {
  readonly brand: string;
  readonly loaded: Tagged<Destination>;
  readonly type: TypeSummary | undefined;
  readonly onSaved: () => void;
}

/** Settings of a destination. Secrets are write-only; a file-managed destination leaves as YAML. */
export function DestinationSettings({ brand, loaded, type, onSaved }: DestinationSettingsProps): ReactNode {
  const text = useText();
  const isAdmin = useRole('admin');
  const client = useQueryClient();
  const { name, managedBy, file } = loaded.value;
  const editing = useEditing<Destination>({
    loaded,
    editable: editableDestination,
    save: (change) => changeDestination(brand, name, change),
    reload: () => readDestination(brand, name),
    onSaved: (saved) => {
      client.setQueryData(destinationKey(brand, name), saved);
      onSaved();
    },
  });
  if (type === undefined) return <Skeleton height={200} />;
  return (
    <Stack gap="md" maw={720}>
      <Paper p="md">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void editing.save();
          }}
        >
          <Stack gap="md">
            <VendorChoices
              value={{ destination: `${brand}/${name}`, load: (setting) => readChoices(brand, name, setting) }}
            >
              <DestinationFields
                type={type}
                value={editing.value}
                onChange={editing.setValue}
                errors={fieldErrors(editing.error)}
                stored
                storedCredentials={Object.keys(loaded.value.credentials)}
                disabled={!isAdmin}
                quota={loaded.value.messaging?.quota ?? null}
              />
            </VendorChoices>
            {editing.error !== null && (
              <ProblemAlert error={editing.error} shownFields={['credentials', 'settings', ...SHOWN_FIELDS]} />
            )}
            {!isAdmin && <Text c="dimmed">{text('settings.role')}</Text>}
            {isAdmin && managedBy === 'api' && (
              <Group gap="sm">
                <ActionButton type="submit" running={editing.saving} disabled={!editing.isChanged}>
                  {text('settings.save')}
                </ActionButton>
                {editing.isChanged && (
                  <Button variant="default" onClick={editing.reset}>
                    {text('settings.reset')}
                  </Button>
                )}
              </Group>
            )}
          </Stack>
        </form>
      </Paper>
      {isAdmin && managedBy === 'file' && (
        <ManagedByFile
          file={file}
          yaml={yamlText({ destinations: { [name]: fileContent(loaded.value, editing.value, type.settings.fields) } })}
        />
      )}
      {editing.dialogs}
    </Stack>
  );
}
