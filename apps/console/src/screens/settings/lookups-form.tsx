import { Button, Fieldset, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import { taggedAnswerOf, type Tagged } from '../../api/tagged';
import { errorsBelow, fieldErrors } from '../../lib/field-errors';
import { useRole } from '../../lib/use-me';
import { ActionButton } from '../../ui/action-button';
import { ProblemAlert } from '../../ui/problem-alert';
import { asObject, type FormValue } from '../../ui/schema-field';
import { SchemaForm } from '../../ui/schema-form';
import { useEditing } from '../../ui/use-editing';
import type { Brand, SavedBrand } from './brand-form';
import { editableLookups, storedSecrets } from './editable-lookups';
import { lookupFields } from './lookup-fields';
import { useText } from './text';

interface LookupsFormProps {
  readonly loaded: Tagged<Brand>;
  /** Reads the brand again. */
  readonly onRead: () => Promise<Tagged<Brand>>;
  readonly onSaved: (saved: Tagged<SavedBrand>) => void;
}

/** Form of the platform, and of the systems that the hub asks for contact data, consent and more data about a customer. */
export function LookupsForm({ loaded, onRead, onSaved }: LookupsFormProps): ReactNode {
  const text = useText();
  const isAdmin = useRole('admin');
  const [resets, setResets] = useState(0);
  const { name, managedBy } = loaded.value;
  const editing = useEditing<Brand>({
    loaded,
    editable: editableLookups,
    save: async ({ patch, tag }) => {
      const params = { path: { brand: name }, header: { 'If-Match': tag } };
      const saved = await taggedAnswerOf(api.PATCH('/v1/brands/{brand}', { params, body: patch }));
      onSaved(saved);
      return saved;
    },
    reload: onRead,
    onSaved: () => notifications.show({ message: text('saved') }),
  });
  const fields = lookupFields({
    label: (one) => text.dynamic(`lookups.fields.${one}`),
    help: (one) => (text.has(`lookups.help.${one}`) ? text.dynamic(`lookups.help.${one}`) : null),
  });
  const errors = fieldErrors(editing.error);
  const mayEdit = isAdmin && managedBy !== 'file';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void editing.save();
      }}
    >
      <Stack gap="lg" maw={640}>
        {(['platform', 'recipients', 'enrichment'] as const).map((group) => (
          <Fieldset key={`${group} ${resets}`} legend={text(`lookups.${group}`)}>
            <Text size="xs" c="dimmed" mb="sm">
              {text(`lookups.${group}Help`)}
            </Text>
            <SchemaForm
              fields={fields[group]}
              value={asObject(editing.value[group])}
              onChange={(next) => editing.setValue(withSection(editing.value, group, next))}
              errors={errorsBelow(errors, group)}
              stored={group === 'recipients' ? [] : storedSecrets(loaded.value, group)}
              disabled={!mayEdit}
            />
          </Fieldset>
        ))}
        {editing.error !== null && <ProblemAlert error={editing.error} shownFields={Object.keys(errors)} />}
        {managedBy === 'file' && <Text c="dimmed">{text('lookups.file')}</Text>}
        {mayEdit && (
          <Group gap="sm">
            <ActionButton type="submit" running={editing.saving} disabled={!editing.isChanged}>
              {text('lookups.save')}
            </ActionButton>
            <Button
              variant="default"
              disabled={!editing.isChanged}
              onClick={() => {
                editing.reset();
                setResets(resets + 1);
              }}
            >
              {text('discard')}
            </Button>
          </Group>
        )}
      </Stack>
      {editing.dialogs}
    </form>
  );
}

/** Sets a section of the lookups. A platform without fields is left out, because the API refuses an empty platform. */
function withSection(value: FormValue, section: string, next: FormValue): FormValue {
  const { [section]: _before, ...others } = value;
  return section === 'platform' && Object.keys(next).length === 0 ? others : { ...others, [section]: next };
}
