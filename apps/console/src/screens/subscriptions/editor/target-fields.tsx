import { Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { forType } from '../mapping/actions';
import { MappingField } from '../mapping/mapping-field';
import { chosenTag, languageTags } from '../mapping/languages';
import { errorBelow, isBelow, type MappingNotes } from '../mapping/message-form';
import type { Target } from '../model/route';
import { useText } from '../text';
import { fixPath } from './fix-path';
import type { EditorData } from './use-editor';
import type { EditorView } from './use-editor-view';

interface TargetFieldsProps extends Pick<MappingNotes, 'errors' | 'warnings'> {
  readonly target: Target;
  readonly onChange: (change: Partial<Target>) => void;
  /** Event types of the subscription. */
  readonly events: readonly string[];
  readonly data: EditorData;
  readonly view: EditorView;
}

/** Destination of a message, and the message. */
export function TargetFields({ target, onChange, events, data, view, errors, warnings }: TargetFieldsProps): ReactNode {
  const text = useText();
  const { destination, mapping } = target;
  return (
    <>
      <Select
        label={text('fields.destination')}
        required
        w={260}
        value={destination === '' ? null : destination}
        error={errorBelow(errors, 'destination')}
        allowDeselect={false}
        data={data.destinations.map(({ name }) => name)}
        onChange={(chosen) => {
          if (chosen === null) return;
          const type = data.typeOf(chosen);
          const fits = mapping === null || type === undefined ? mapping : forType(mapping, type);
          onChange({ destination: chosen, mapping: fits });
        }}
      />
      <MappingField
        value={mapping}
        onChange={(next) => onChange({ mapping: next })}
        type={data.typeOf(destination)}
        events={events}
        scope={data.scope}
        view={view.as}
        onView={(as) => view.set({ as })}
        tag={chosenTag(languageTags(mapping), view.tag)}
        onTag={(next) => view.set({ lang: next })}
        errors={errors}
        warnings={warnings.filter(({ field }) => isBelow(field, 'mapping'))}
        onFix={(warning) => onChange({ mapping: fixPath(mapping, warning) })}
      />
    </>
  );
}
