import { SegmentedControl } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { Draft } from '../model/draft';
import type { Route } from '../model/route';
import { RouteField } from '../route/route-field';
import { useText } from '../text';
import { EnrichField } from './enrich-field';
import { Section } from './section';
import { TargetFields } from './target-fields';
import type { EditorData } from './use-editor';
import type { EditorView } from './use-editor-view';
import { uniqueWarnings } from './warnings';

interface MessageSectionProps {
  readonly brand: string;
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
  readonly data: EditorData;
  readonly view: EditorView;
  readonly errors: Readonly<Record<string, string>>;
}

/** Which message is sent, and where: one destination for all deliveries, or a route that decides per delivery. */
export function MessageSection({ brand, draft, onChange, data, view, errors }: MessageSectionProps): ReactNode {
  const text = useText();
  // A person who looks at the other choice and returns finds the route again.
  const [kept, setKept] = useState<Route>();
  const { destination, mapping, route } = draft;
  const choose = (isRouted: boolean): void => {
    if (isRouted) {
      onChange({ route: kept ?? [{ when: null, destination, mapping }] });
      return;
    }
    setKept(route ?? undefined);
    const last = route?.at(-1);
    onChange({
      route: null,
      ...(destination === '' && last !== undefined ? { destination: last.destination, mapping: last.mapping } : {}),
    });
    view.set({ entry: '', part: '' });
  };
  const warnings = uniqueWarnings([...(data.live.preview?.warnings ?? []), ...(data.shown.preview?.warnings ?? [])]);
  return (
    <Section title={text('sections.message')}>
      <SegmentedControl
        size="xs"
        w="fit-content"
        aria-label={text('route.choose')}
        value={route === null ? 'one' : 'route'}
        onChange={(chosen) => choose(chosen === 'route')}
        data={[
          { value: 'one', label: text('route.one') },
          { value: 'route', label: text('route.many') },
        ]}
      />
      <EnrichField brand={brand} value={draft.enrich} onChange={(enrich) => onChange({ enrich })} errors={errors} />
      {route === null ? (
        <TargetFields
          target={draft}
          onChange={onChange}
          events={draft.events}
          data={data}
          view={view}
          errors={errors}
          warnings={warnings}
        />
      ) : (
        <RouteField
          route={route}
          onChange={(next) => onChange({ route: next })}
          events={draft.events}
          data={data}
          view={view}
          errors={errors}
          warnings={warnings}
        />
      )}
    </Section>
  );
}
