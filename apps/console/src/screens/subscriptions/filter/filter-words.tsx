import type { ReactNode } from 'react';
import type { JsonObject } from '../model/json';
import { useText } from '../text';
import { inputOf, ruleSetOf } from './rules';

interface FilterWordsProps {
  readonly when: JsonObject | null;
}

/** Number of conditions that are written out. */
const SHOWN = 2;

/** A filter in words, for a list: its first conditions, and how many more there are. */
export function FilterWords({ when }: FilterWordsProps): ReactNode {
  const text = useText();
  const set = ruleSetOf(when ?? {});
  if (set === null) return <bdi className="pb-code">{JSON.stringify(when)}</bdi>;
  if (set.rules.length === 0) return text('filter.every');
  const rest = set.rules.length - SHOWN;
  return (
    <>
      {set.rules.slice(0, SHOWN).map(({ path, operator, value }, index) => (
        <span key={`${path} ${operator}`}>
          {index > 0 && ` ${text(set.join === 'any' ? 'filter.or' : 'filter.and')} `}
          <bdi className="pb-code">{path}</bdi> {text.dynamic(`operators.${operator.replace('$', '')}`)}{' '}
          {value !== null && <bdi className="pb-code">{inputOf(value)}</bdi>}
        </span>
      ))}
      {rest > 0 && ` ${text('filter.more', { count: rest })}`}
    </>
  );
}
