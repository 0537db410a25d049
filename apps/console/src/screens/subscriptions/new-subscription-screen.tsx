import { Paper, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { PatchbayError } from '@patchbay/client';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState, type ReactNode } from 'react';
import { paths } from '../../app/paths';
import { useBrand } from '../../lib/use-brand';
import { Page } from '../../ui/page';
import { Editor } from './editor/editor';
import { useEditor } from './editor/use-editor';
import { useEditorView } from './editor/use-editor-view';
import { changeOf, EMPTY_DRAFT, isSavable, type Draft } from './model/draft';
import { errorsByField } from './preview/use-preview';
import { Obstacles } from './save/obstacles';
import { SaveButton } from './save/save-button';
import { UnsavedGuard } from './save/unsaved-guard';
import { useSave } from './save/use-save';
import { TestSendButton } from './test-send/test-send-button';
import { useText } from './text';

/** Editor of a subscription that does not exist yet. */
export function NewSubscriptionScreen(): ReactNode {
  const text = useText();
  const brand = useBrand();
  const navigate = useNavigate();
  const view = useEditorView();
  const [draft, setDraft] = useState<Draft>(EMPTY_DRAFT);
  const [isSaved, setIsSaved] = useState(false);
  const data = useEditor(brand, draft, view);
  const saving = useSave(brand, (saved) => {
    notifications.show({ message: text('save.created', { name: saved.stored.name }) });
    setIsSaved(true);
  });
  useEffect(() => {
    if (isSaved) void navigate({ to: paths.subscription(brand, draft.name) });
  }, [isSaved, navigate, brand, draft.name]);
  const { onlySource } = data;
  useEffect(() => {
    // A brand with one source leaves nothing to choose.
    if (onlySource === undefined) return;
    setDraft((before) => (before.source === '' ? { ...before, source: onlySource } : before));
  }, [onlySource]);
  const change = (fields: Partial<Draft>): void => setDraft((before) => ({ ...before, ...fields }));
  const { obstacle } = saving;
  const failed =
    obstacle?.kind === 'failed' && obstacle.error instanceof PatchbayError ? errorsByField(obstacle.error) : {};
  // The only source of a brand is chosen without a person.
  const untouched = { ...EMPTY_DRAFT, source: draft.source };
  const isTouched = draft.name !== '' || Object.keys(changeOf(untouched, draft)).length > 0;
  return (
    <Page
      title={text('new')}
      back={{ to: paths.subscriptions(brand), label: text('title') }}
      actions={
        <>
          <TestSendButton brand={brand} draft={draft} data={data} locale={view.tag} />
          <SaveButton
            label={text('save.create')}
            isSaving={saving.isSaving}
            isReady={draft.name !== '' && isSavable(draft)}
            warnings={data.live.preview?.warnings ?? []}
            onSave={() => saving.save(draft, null)}
          />
        </>
      }
    >
      <UnsavedGuard isUnsaved={!isSaved && isTouched} />
      <Obstacles saving={saving} base={null} onDraft={setDraft} />
      <Paper p="md">
        <TextInput
          maw={320}
          dir="ltr"
          required
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          label={text('fields.name')}
          description={text('nameHelp')}
          placeholder="points-sms"
          value={draft.name}
          error={failed['name']}
          onChange={(event) => change({ name: event.currentTarget.value.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-') })}
        />
      </Paper>
      <Editor brand={brand} draft={draft} onChange={change} data={data} view={view} saveErrors={failed} />
    </Page>
  );
}
