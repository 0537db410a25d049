import { Select, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { paths } from '../../../app/paths';
import { isChannel } from '../../../lib/channels';
import { useBrandZone } from '../../../lib/use-brand';
import { useRole } from '../../../lib/use-me';
import { AppLink } from '../../../ui/app-link';
import { RulesForm } from '../../messaging/rules-form';
import { MappingField } from '../mapping/mapping-field';
import { errorBelow, isBelow } from '../mapping/message-form';
import { languagesOf } from '../mapping/languages';
import type { Draft } from '../model/draft';
import { EventPicker } from '../preview/event-picker';
import { PreviewPanel } from '../preview/preview-panel';
import { shownStep, stepDestinations, stepMapping } from '../preview/steps';
import { useText } from '../text';
import { TrialSection } from '../trial/trial-section';
import classes from './editor.module.css';
import { fixPath } from './fix-path';
import { OrderSection } from './order-section';
import { Section } from './section';
import { SelectionSection } from './selection-section';
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
  const zone = useBrandZone();
  const mayConnect = useRole('admin');
  const { live, type } = data;
  const errors = { ...saveErrors, ...live.errors };
  const isMessage = isChannel(type?.category);
  const step = shownStep(draft, view.step);
  const tags = tagsOf(draft.mapping);
  const shownTags = tagsOf(stepMapping(draft, step));
  return (
    <div className={classes.editor}>
      <Stack gap="lg">
        <SelectionSection brand={brand} draft={draft} onChange={onChange} data={data} errors={errors} />
        <Section title={text('sections.message')}>
          <Select
            label={text('fields.destination')}
            required
            w={260}
            value={draft.destination === '' ? null : draft.destination}
            error={errorBelow(errors, 'destination')}
            allowDeselect={false}
            data={data.destinations.map(({ name }) => name)}
            onChange={(destination) => destination !== null && onChange({ destination })}
          />
          <MappingField
            value={draft.mapping}
            onChange={(mapping) => onChange({ mapping })}
            type={type}
            events={draft.events}
            scope={data.scope}
            view={view.as}
            onView={(as) => view.set({ as })}
            tag={chosenOf(tags, view.tag)}
            onTag={(next) => view.set({ lang: next })}
            errors={errors}
            warnings={(live.preview?.warnings ?? []).filter(({ field }) => isBelow(field, 'mapping'))}
            onFix={(warning) => onChange({ mapping: fixPath(draft.mapping, warning) })}
          />
        </Section>
        {type === undefined ? null : isMessage ? (
          <Section title={text('sections.timing')}>
            <RulesForm
              value={draft.messaging}
              onChange={(messaging) => onChange({ messaging })}
              destinations={data.destinations.map(({ name }) => name).filter((name) => name !== draft.destination)}
              eventTypes={data.catalogue.map(({ type: name }) => name)}
              errors={errors}
              zone={zone}
            />
          </Section>
        ) : (
          <OrderSection draft={draft} onChange={onChange} errors={errors} />
        )}
        <TrialSection brand={brand} draft={draft} />
      </Stack>
      <PreviewPanel
        live={data.shown}
        isComplete={draft.source !== '' && draft.events.length > 0 && draft.destination !== ''}
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
        tag={chosenOf(shownTags, view.tag)}
        onTag={(next) => view.set({ lang: next })}
        steps={stepDestinations(draft)}
        step={step}
        onStep={(next) => view.set({ step: next === 0 ? '' : String(next) })}
      />
    </div>
  );
}

/** Returns the languages of a mapping. Empty if it has one message for all, or is the preset. */
function tagsOf(mapping: Draft['mapping']): string[] {
  const languages = mapping === null ? null : languagesOf(mapping);
  return languages?.branches.map(([tag]) => tag) ?? [];
}

function chosenOf(tags: readonly string[], wanted: string): string {
  return tags.includes(wanted) ? wanted : (tags[0] ?? '');
}
