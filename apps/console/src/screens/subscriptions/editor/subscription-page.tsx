import { Badge, Button, Tabs } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { PatchbayError } from '@patchbay/client';
import { useState, type ReactNode } from 'react';
import { paths } from '../../../app/paths';
import { ButtonLink } from '../../../ui/app-link';
import { ManagedBadge } from '../../../ui/managed-by-file';
import { Page } from '../../../ui/page';
import { SavedWarnings } from '../../../ui/saved-warnings';
import { changeOf, isSavable, type Draft } from '../model/draft';
import { errorsByField } from '../preview/use-preview';
import type { Loaded } from '../queries';
import { FileYaml } from '../save/file-yaml';
import { Obstacles } from '../save/obstacles';
import { SaveButton } from '../save/save-button';
import { UnsavedGuard } from '../save/unsaved-guard';
import { useSave } from '../save/use-save';
import { TestSendButton } from '../test-send/test-send-button';
import { useText } from '../text';
import { VersionsTab } from '../versions/versions-tab';
import { Editor } from './editor';
import { useEditor } from './use-editor';
import { useEditorView } from './use-editor-view';

interface SubscriptionPageProps {
  readonly brand: string;
  readonly loaded: Loaded;
}

/** Saved subscription with the draft of the person who edits it. */
export function SubscriptionPage({ brand, loaded }: SubscriptionPageProps): ReactNode {
  const text = useText();
  const view = useEditorView();
  const [base, setBase] = useState(loaded);
  const [draft, setDraft] = useState(loaded.draft);
  const data = useEditor(brand, draft, view);
  const take = (saved: Loaded): void => {
    setBase(saved);
    setDraft(saved.draft);
  };
  const saving = useSave(brand, (saved) => {
    take(saved);
    notifications.show({ message: text('save.saved', { version: saved.stored.version }) });
  });
  const { stored } = base;
  const isFile = stored.managedBy === 'file';
  const isChanged = Object.keys(changeOf(base.draft, draft)).length > 0;
  const change = (fields: Partial<Draft>): void => setDraft((before) => ({ ...before, ...fields }));
  const { obstacle } = saving;
  const failed =
    obstacle?.kind === 'failed' && obstacle.error instanceof PatchbayError ? errorsByField(obstacle.error) : {};
  return (
    <Page
      title={stored.name}
      back={{ to: paths.subscriptions(brand), label: text('title') }}
      beside={
        <>
          <Badge variant="default">v{stored.version}</Badge>
          <ManagedBadge managedBy={stored.managedBy} file={stored.file} />
        </>
      }
      actions={
        <>
          <ButtonLink variant="default" to={paths.deliveries(brand)} search={{ subscription: stored.name }}>
            {text('deliveries')}
          </ButtonLink>
          <TestSendButton brand={brand} draft={draft} data={data} locale={view.tag} />
          {isFile && view.tab !== 'yaml' && (
            <Button onClick={() => view.set({ tab: 'yaml' })}>{text('yaml.show')}</Button>
          )}
          {!isFile && (
            <SaveButton
              label={text('save.as', { version: stored.version + 1 })}
              isSaving={saving.isSaving}
              isReady={isChanged && isSavable(draft)}
              warnings={data.live.preview?.warnings ?? []}
              onSave={() => saving.save(draft, base)}
            />
          )}
        </>
      }
    >
      <UnsavedGuard isUnsaved={isChanged && !isFile && !saving.isSaving} />
      <Obstacles saving={saving} base={base} onDraft={setDraft} />
      <SavedWarnings warnings={base.warnings} />
      <Tabs value={view.tab} onChange={(tab) => tab !== null && view.set({ tab })} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="edit">{text('tabs.edit')}</Tabs.Tab>
          <Tabs.Tab value="versions">{text('tabs.versions')}</Tabs.Tab>
          {isFile && <Tabs.Tab value="yaml">{text('tabs.yaml')}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="edit">
          <Editor brand={brand} draft={draft} onChange={change} data={data} view={view} saveErrors={failed} />
        </Tabs.Panel>
        <Tabs.Panel value="versions">
          <VersionsTab
            brand={brand}
            base={base}
            shown={view.version}
            onShow={(version) => view.set({ version })}
            onRestored={take}
          />
        </Tabs.Panel>
        <Tabs.Panel value="yaml">
          <FileYaml base={base} draft={draft} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
