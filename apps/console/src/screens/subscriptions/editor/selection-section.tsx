import { Group, Select, TagsInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { FilterField } from '../filter/filter-field';
import { MatchCountText } from '../filter/match-count-text';
import { isBelow, errorBelow } from '../mapping/message-form';
import type { Draft } from '../model/draft';
import { WarningList } from '../preview/warning-list';
import { useText } from '../text';
import { Section } from './section';
import type { EditorData } from './use-editor';

interface SelectionSectionProps {
  readonly brand: string;
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
  readonly data: EditorData;
  /** Errors by path of the draft. */
  readonly errors: Readonly<Record<string, string>>;
}

/** Which events a subscription takes: source, types and filter. */
export function SelectionSection({ brand, draft, onChange, data, errors }: SelectionSectionProps): ReactNode {
  const text = useText();
  const warnings = (data.live.preview?.warnings ?? []).filter(({ field }) => isBelow(field, 'when'));
  return (
    <Section title={text('sections.selection')}>
      <Group align="start" gap="md">
        <Select
          label={text('fields.source')}
          required
          w={200}
          value={draft.source === '' ? null : draft.source}
          data={[...new Set([...data.sources, ...(draft.source === '' ? [] : [draft.source])])]}
          error={errorBelow(errors, 'source')}
          allowDeselect={false}
          onChange={(source) => source !== null && onChange({ source })}
        />
        <TagsInput
          size="xs"
          flex="1 1 260px"
          required
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          label={text('fields.events')}
          description={text('events.help')}
          placeholder={draft.events.length === 0 ? text('events.placeholder') : ''}
          value={[...draft.events]}
          error={errorBelow(errors, 'events')}
          data={['*', ...data.catalogue.map(({ type }) => type)]}
          limit={60}
          onChange={(events) => onChange({ events })}
        />
      </Group>
      <FilterField
        title={text('filter.title')}
        none={text('filter.none')}
        value={draft.when}
        onChange={(when) => onChange({ when })}
        fields={data.fields}
        errors={errors}
        scope={data.scope}
        notes={
          <>
            <MatchCountText brand={brand} draft={draft} typeOf={data.typeOf} />
            <WarningList warnings={warnings} />
          </>
        }
      />
    </Section>
  );
}
