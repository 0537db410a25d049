import { NativeSelect, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { browserNow } from '../../lib/now';
import { useZone } from '../../lib/use-zone';
import { instantOf, zonedInput } from '../../lib/zoned-time';
import classes from './filter-bar.module.css';
import { useText } from './text';
import { ANY_TIME, rangeQuery, RANGES, type RangeState } from './time-range';

interface RangeFilterProps {
  readonly value: RangeState;
  readonly onChange: (value: RangeState) => void;
  /** False if the screen always needs a range. */
  readonly anyTime?: boolean;
}

/** Filter of the time at which events were received: a range that ends now, or two times in the chosen zone. */
export function RangeFilter({ value, onChange, anyTime = true }: RangeFilterProps): ReactNode {
  const text = useText();
  const isCustom = value.from !== '' || value.to !== '';
  const choose = (range: string): void => {
    if (range !== 'custom') return onChange({ ...ANY_TIME, range });
    // The fields show whole seconds.
    const now = Math.floor(browserNow() / 1_000) * 1_000;
    const from = rangeQuery({ ...value, range: value.range === '' ? '24h' : value.range }, now).from ?? '';
    onChange({ ...ANY_TIME, from });
  };
  return (
    <>
      <NativeSelect
        className={classes.range}
        label={text('range.label')}
        value={isCustom ? 'custom' : value.range}
        onChange={(event) => choose(event.currentTarget.value)}
        data={[
          ...(anyTime ? [{ value: '', label: text('range.any') }] : []),
          ...RANGES.map((range) => ({ value: range, label: text.dynamic(`range.${range}`) })),
          { value: 'custom', label: text('range.custom') },
        ]}
      />
      {isCustom && (
        <>
          <TimeInput label={text('range.from')} value={value.from} onChange={(from) => onChange({ ...value, from })} />
          <TimeInput label={text('range.to')} value={value.to} onChange={(to) => onChange({ ...value, to })} />
        </>
      )}
    </>
  );
}

interface TimeInputProps {
  readonly label: string;
  /** Time in ISO 8601; empty if not chosen. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Field for a time in the chosen zone, which the label names. */
function TimeInput({ label, value, onChange }: TimeInputProps): ReactNode {
  const zone = useZone();
  const shown = zonedInput(value, zone);
  const [draft, setDraft] = useState<string | null>(null);
  const commit = (): void => {
    if (draft !== null && draft !== shown) onChange(instantOf(draft, zone) ?? '');
    setDraft(null);
  };
  return (
    <TextInput
      type="datetime-local"
      step={1}
      label={
        <>
          {label} <bdi className="pb-code">{zone}</bdi>
        </>
      }
      value={draft ?? shown}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
      }}
    />
  );
}
