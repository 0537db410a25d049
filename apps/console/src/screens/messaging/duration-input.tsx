import { TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { minutesOf } from '../../lib/duration';
import { useText } from './text';

interface DurationInputProps {
  readonly label: string;
  readonly description: string;
  readonly value: string | undefined;
  readonly error: string | undefined;
  readonly onChange: (duration: string | undefined) => void;
}

/** Input for a duration such as `10m`. Passes on valid durations only, and undefined if it becomes empty. */
export function DurationInput({ label, description, value = '', error, onChange }: DurationInputProps): ReactNode {
  const text = useText();
  const [typed, setTyped] = useState(value);
  const isInvalid = typed !== '' && minutesOf(typed) === null;
  const shown = isInvalid ? typed : value;
  return (
    <TextInput
      w={168}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      label={label}
      description={description}
      placeholder="10m"
      value={shown}
      error={isInvalid ? text('duration') : error}
      onChange={(event) => {
        const next = event.currentTarget.value.trim();
        setTyped(next);
        if (next === '') onChange(undefined);
        else if (minutesOf(next) !== null) onChange(next);
      }}
    />
  );
}
