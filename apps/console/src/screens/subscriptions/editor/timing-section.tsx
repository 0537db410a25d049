import type { ReactNode } from 'react';
import { useBrandZone } from '../../../lib/use-brand';
import { RulesForm } from '../../messaging/rules-form';
import { targetsOf, type Draft } from '../model/draft';
import { useText } from '../text';
import { OrderSection } from './order-section';
import { Section } from './section';
import type { EditorData } from './use-editor';

interface TimingSectionProps {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
  readonly data: EditorData;
  readonly errors: Readonly<Record<string, string>>;
}

/** Rules of when a message is sent, or the order of other deliveries. Nothing until a destination is chosen. */
export function TimingSection({ draft, onChange, data, errors }: TimingSectionProps): ReactNode {
  const text = useText();
  const zone = useBrandZone();
  const targets = targetsOf(draft);
  const types = targets.map(({ destination }) => data.typeOf(destination)).filter((type) => type !== undefined);
  if (types.length === 0) return null;
  // Rules are for messages to customers, in each entry of a route. Rules that are set already stay visible.
  const hasRules = Object.keys(draft.messaging).length > 0;
  if (!hasRules && types.some(({ messaging }) => messaging === null)) {
    return <OrderSection draft={draft} onChange={onChange} errors={errors} />;
  }
  // A step that names the only destination of the message would send it again.
  const own = targets.length === 1 ? targets[0]?.destination : undefined;
  return (
    <Section title={text('sections.timing')}>
      <RulesForm
        value={draft.messaging}
        onChange={(messaging) => onChange({ messaging })}
        destinations={data.destinations.map(({ name }) => name).filter((name) => name !== own)}
        eventTypes={data.catalogue.map(({ type }) => type)}
        errors={errors}
        zone={zone}
      />
    </Section>
  );
}
