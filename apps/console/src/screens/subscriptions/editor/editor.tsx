import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { paths } from '../../../app/paths';
import { useRole } from '../../../lib/use-me';
import { AppLink } from '../../../ui/app-link';
import { chosenTag, languageTags } from '../mapping/languages';
import { isComplete, type Draft } from '../model/draft';
import { EventPicker } from '../preview/event-picker';
import { PreviewPanel } from '../preview/preview-panel';
import { useText } from '../text';
import { TrialSection } from '../trial/trial-section';
import classes from './editor.module.css';
import { MessageSection } from './message-section';
import { SelectionSection } from './selection-section';
import { TimingSection } from './timing-section';
import type { EditorData } from './use-editor';
import type { EditorView } from './use-editor-view';

interface EditorProps {
  readonly brand: string;
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
  readonly data: EditorData;
  readonly view: EditorView;
  /** Errors that the hub found when saving, by path of the draft. */
  readonly saveErrors: Readonly<Record<string, string>>;
}

/** Editor of a draft with its live preview beside it. */
export function Editor({ brand, draft, onChange, data, view, saveErrors }: EditorProps): ReactNode {
  const text = useText();
  const mayConnect = useRole('admin');
  const errors = { ...saveErrors, ...data.live.errors };
  const shownTags = languageTags(shownMapping(data));
  return (
    <div className={classes.editor}>
      <Stack gap="lg">
        <SelectionSection brand={brand} draft={draft} onChange={onChange} data={data} errors={errors} />
        <MessageSection brand={brand} draft={draft} onChange={onChange} data={data} view={view} errors={errors} />
        <TimingSection draft={draft} onChange={onChange} data={data} errors={errors} />
        <TrialSection brand={brand} draft={draft} />
      </Stack>
      <PreviewPanel
        live={data.shown}
        route={data.live.preview?.route ?? null}
        isComplete={isComplete(draft)}
        hasEvent={data.events === undefined || data.events.length > 0 || data.isExample}
        picker={
          data.isExample ? (
            <Text size="sm" c="dimmed">
              {text('events.example')}{' '}
              {mayConnect && <AppLink to={paths.connect(brand)}>{text('events.sendFirst')}</AppLink>}
            </Text>
          ) : (
            <EventPicker
              brand={brand}
              events={data.events ?? []}
              index={data.eventIndex}
              onChange={(event) => view.set({ event })}
            />
          )
        }
        tab={view.view}
        onTab={(next) => view.set({ view: next })}
        tags={shownTags}
        tag={chosenTag(shownTags, view.tag)}
        onTag={(next) => view.set({ lang: next })}
        parts={data.parts}
        part={data.part}
        onPart={(part) => view.set({ part })}
      />
    </div>
  );
}

/** Returns the mapping of the shown message. Null if it is a preset. */
function shownMapping({ parts, part, live }: EditorData): Draft['mapping'] {
  const decided = live.preview?.route?.shown ?? 0;
  const entry = part.key === '' ? parts.find(({ entry: number }) => number > 0 && number === decided) : undefined;
  return (entry ?? part).mapping;
}
