import { Checkbox, NativeSelect, TagsInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { errorBelow } from '../mapping/message-form';
import type { Draft } from '../model/draft';
import { useText } from '../text';
import { Section } from './section';

interface OrderSectionProps {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
  readonly errors: Readonly<Record<string, string>>;
}

/** Order of deliveries, for destinations that keep records: webhooks, shops and surveys. */
export function OrderSection({ draft, onChange, errors }: OrderSectionProps): ReactNode {
  const text = useText();
  const { ordering, supersede } = draft;
  const shown = ordering === null ? 'none' : (ordering.onDead ?? 'skip');
  return (
    <Section title={text('sections.order')}>
      <NativeSelect
        label={text('fields.ordering')}
        description={text('order.help')}
        value={shown}
        error={errorBelow(errors, 'ordering')}
        data={[
          { value: 'none', label: text('order.none') },
          { value: 'skip', label: text('order.skip') },
          { value: 'block', label: text('order.block') },
        ]}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          if (chosen === 'none') onChange({ ordering: null });
          else
            onChange({
              ordering: { by: 'customer', paths: ordering?.paths ?? [], onDead: chosen === 'block' ? 'block' : 'skip' },
            });
        }}
      />
      {ordering !== null && (
        <TagsInput
          size="xs"
          dir="ltr"
          label={text('order.paths')}
          description={text('order.pathsHelp')}
          value={ordering.paths ?? []}
          onChange={(paths) => onChange({ ordering: { ...ordering, paths } })}
        />
      )}
      <Checkbox
        label={text('fields.supersede')}
        description={text('order.supersedeHelp')}
        checked={supersede}
        error={errorBelow(errors, 'supersede')}
        onChange={(event) => onChange({ supersede: event.currentTarget.checked })}
      />
    </Section>
  );
}
