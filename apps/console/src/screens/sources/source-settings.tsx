import { Button, Fieldset, Group, NumberInput, Paper, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { Tagged } from '../../api/tagged';
import { fieldErrors } from '../../lib/field-errors';
import { useRole } from '../../lib/use-me';
import { yamlText } from '../../lib/yaml-text';
import { ActionButton } from '../../ui/action-button';
import { ManagedByFile } from '../../ui/managed-by-file';
import { ProblemAlert } from '../../ui/problem-alert';
import { SavedWarnings, type SavedWarning } from '../../ui/saved-warnings';
import { asObject, withField } from '../../ui/schema-field';
import { useEditing } from '../../ui/use-editing';
import { CustomerField } from './customer-field';
import { JSON_PATHS } from './new-source';
import { RotateSecret } from './rotate-secret';
import { changeSource, readSource, sourceQuery, type Source } from './source-api';
import { useText } from './text';

interface SourceSettingsProps {
  readonly brand: string;
  readonly loaded: Tagged<Source>;
}

function editable({ limits, paths, customer }: Source): Readonly<Record<string, unknown>> {
  return {
    ...(limits === null ? {} : { limits }),
    ...(paths === null ? {} : { paths }),
    ...(customer === null ? {} : { customer }),
  };
}

/** Settings of a source: limit of the rate, paths of a JSON body, identifier of the customer, and the secret. */
export function SourceSettings({ brand, loaded }: SourceSettingsProps): ReactNode {
  const text = useText();
  const mayChange = useRole('admin');
  const client = useQueryClient();
  const [warnings, setWarnings] = useState<readonly SavedWarning[]>([]);
  const { name, adapter, managedBy, file } = loaded.value;
  const editing = useEditing<Source>({
    loaded,
    editable,
    save: async (change) => {
      const saved = await changeSource(brand, name, change);
      setWarnings(saved.value.warnings);
      return saved;
    },
    reload: () => readSource(brand, name),
    onSaved: (saved) => client.setQueryData(sourceQuery(brand, name).queryKey, saved),
  });
  const errors = fieldErrors(editing.error);
  const { value } = editing;
  const limits = asObject(value['limits']);
  const setLimit = (field: string, next: string | number): void => {
    const changed = withField(limits, field, typeof next === 'number' ? next : undefined);
    // A burst without a rate is not valid, so removing the rate removes the burst as well.
    const kept = changed['ratePerSecond'] === undefined ? undefined : changed;
    editing.setValue(withField(value, 'limits', kept));
  };
  if (managedBy === 'hub') return <Text>{text('connection.hub')}</Text>;
  return (
    <Stack gap="md" maw={640}>
      <SavedWarnings warnings={warnings} />
      <Paper p="md">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void editing.save();
          }}
        >
          <Stack gap="md">
            <Group grow align="flex-start">
              <NumberInput
                label={text('settings.rate')}
                description={text('settings.rateHelp')}
                min={0}
                disabled={!mayChange}
                value={typeof limits['ratePerSecond'] === 'number' ? limits['ratePerSecond'] : ''}
                error={errors['limits.ratePerSecond']}
                onChange={(next) => setLimit('ratePerSecond', next)}
              />
              <NumberInput
                label={text('settings.burst')}
                description={text('settings.burstHelp')}
                min={1}
                allowDecimal={false}
                disabled={!mayChange || limits['ratePerSecond'] === undefined}
                value={typeof limits['burst'] === 'number' ? limits['burst'] : ''}
                error={errors['limits.burst']}
                onChange={(next) => setLimit('burst', next)}
              />
            </Group>
            {adapter === 'json' && (
              <Fieldset legend={text('form.paths')} disabled={!mayChange}>
                <Stack gap="sm">
                  {JSON_PATHS.map((part) => {
                    const path = asObject(value['paths'])[part];
                    return (
                      <TextInput
                        key={part}
                        label={<bdi className="pb-code">{part}</bdi>}
                        dir="ltr"
                        value={typeof path === 'string' ? path : ''}
                        error={errors[`paths.${part}`]}
                        onChange={(event) => {
                          const next = event.currentTarget.value;
                          const changed = withField(asObject(value['paths']), part, next === '' ? undefined : next);
                          editing.setValue(withField(value, 'paths', changed));
                        }}
                      />
                    );
                  })}
                </Stack>
              </Fieldset>
            )}
            <CustomerField
              value={typeof value['customer'] === 'string' ? value['customer'] : ''}
              disabled={!mayChange}
              error={errors['customer']}
              onChange={(next) => editing.setValue(withField(value, 'customer', next === '' ? undefined : next))}
            />
            {editing.error !== null && <ProblemAlert error={editing.error} shownFields={Object.keys(errors)} />}
            {!mayChange && (
              <Text size="sm" c="dimmed">
                {text('settings.role')}
              </Text>
            )}
            {mayChange && managedBy === 'api' && (
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
        {mayChange && managedBy === 'file' && (
          <ManagedByFile file={file} yaml={yamlText({ sources: { [name]: { adapter, ...value } } })} />
        )}
      </Paper>
      {mayChange && managedBy === 'api' && <RotateSecret brand={brand} source={loaded} />}
      {editing.dialogs}
    </Stack>
  );
}
