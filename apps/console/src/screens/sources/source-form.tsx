import { Fieldset, Group, NativeSelect, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent, type ReactNode } from 'react';
import { fieldErrors } from '../../lib/field-errors';
import { ActionButton } from '../../ui/action-button';
import { ProblemAlert } from '../../ui/problem-alert';
import { CustomerField } from './customer-field';
import {
  ADAPTERS,
  authHeader,
  JSON_PATHS,
  newSecret,
  sourceBody,
  type AuthHeader,
  type SourceDraft,
} from './new-source';
import { createSource, type Source } from './source-api';
import { useText } from './text';

/** Source that was just created. The header has its secret, which nobody can read again. */
export interface CreatedSource {
  readonly source: Source;
  readonly header: AuthHeader;
}

interface SourceFormProps {
  readonly brand: string;
  readonly draft: SourceDraft;
  readonly onDraft: (draft: SourceDraft) => void;
  readonly onCreated: (created: CreatedSource) => void;
}

/** Form for a new source. It makes the secret itself, so that the secret is random and long. */
export function SourceForm({ brand, draft, onDraft, onCreated }: SourceFormProps): ReactNode {
  const text = useText();
  const client = useQueryClient();
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const errors = fieldErrors(error);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setSaving(true);
    setError(null);
    const secret = newSecret();
    try {
      const source = await createSource(brand, sourceBody(draft, secret));
      void client.invalidateQueries({ queryKey: ['sources', brand] });
      onCreated({ source, header: authHeader(draft, secret) });
    } catch (failure) {
      setError(failure);
    } finally {
      setSaving(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="md">
        <NativeSelect
          label={text('form.adapter')}
          description={text.has(`adapters.${draft.adapter}.help`) ? text.dynamic(`adapters.${draft.adapter}.help`) : ''}
          data={ADAPTERS.map((value) => ({ value, label: text(`adapters.${value}.name`) }))}
          value={draft.adapter}
          error={errors['adapter']}
          onChange={(event) => onDraft({ ...draft, adapter: event.currentTarget.value })}
        />
        <TextInput
          label={text('form.name')}
          description={text('form.nameHelp')}
          required
          dir="ltr"
          value={draft.name}
          data-autofocus
          error={errors['name']}
          onChange={(event) => onDraft({ ...draft, name: event.currentTarget.value })}
        />
        <Radio.Group
          label={text('form.method')}
          description={text('form.methodHelp')}
          value={draft.method}
          onChange={(method) => onDraft({ ...draft, method: method === 'bearer' ? 'bearer' : 'header' })}
        >
          <Group gap="lg" mt="xs">
            <Radio value="header" label={text('form.header')} />
            <Radio value="bearer" label={<bdi className="pb-code">Authorization: Bearer</bdi>} />
          </Group>
        </Radio.Group>
        {draft.method === 'header' && (
          <TextInput
            label={text('form.headerName')}
            required
            dir="ltr"
            value={draft.header}
            error={errors['auth.headers'] ?? errors[`auth.headers.${draft.header}`]}
            onChange={(event) => onDraft({ ...draft, header: event.currentTarget.value })}
          />
        )}
        {draft.adapter === 'json' && (
          <Fieldset legend={text('form.paths')}>
            <Stack gap="sm">
              <Text size="xs" c="dimmed">
                {text('form.pathsHelp')}
              </Text>
              {JSON_PATHS.map((part) => (
                <TextInput
                  key={part}
                  label={<bdi className="pb-code">{part}</bdi>}
                  dir="ltr"
                  value={draft.paths[part] ?? ''}
                  error={errors[`paths.${part}`]}
                  onChange={(event) =>
                    onDraft({ ...draft, paths: { ...draft.paths, [part]: event.currentTarget.value } })
                  }
                />
              ))}
            </Stack>
          </Fieldset>
        )}
        <CustomerField
          value={draft.customer}
          error={errors['customer']}
          onChange={(customer) => onDraft({ ...draft, customer })}
        />
        {error !== null && <ProblemAlert error={error} shownFields={['name', 'adapter', 'auth.headers', 'customer']} />}
        <Group>
          <ActionButton type="submit" running={saving}>
            {text('form.create')}
          </ActionButton>
        </Group>
      </Stack>
    </form>
  );
}
