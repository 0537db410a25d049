import { Textarea } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { isSameJson } from '../lib/merge-patch';
import { useText } from './text';

interface JsonInputProps {
  readonly label: string;
  readonly description: string | undefined;
  readonly error: string | undefined;
  readonly disabled: boolean;
  readonly required: boolean;
  readonly name: string;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

/** Input for a JSON value. Passes a value on only while the text is valid JSON. */
export function JsonInput({ value, onChange, error, ...common }: JsonInputProps): ReactNode {
  const text = useText();
  const [input, setInput] = useState(() => textOf(value));
  const [isInvalid, setIsInvalid] = useState(false);
  // Value of the last valid text. Another value was not typed here, for example after a conflict, and is shown.
  const [typed, setTyped] = useState(value);
  if (!isSameJson(value, typed)) {
    setTyped(value);
    setInput(textOf(value));
    setIsInvalid(false);
  }
  const change = (next: string): void => {
    setInput(next);
    try {
      const parsed: unknown = next.trim() === '' ? undefined : JSON.parse(next);
      setTyped(parsed);
      onChange(parsed);
      setIsInvalid(false);
    } catch {
      setIsInvalid(true);
    }
  };
  return (
    <Textarea
      {...common}
      error={isInvalid ? text('form.notJson') : error}
      value={input}
      dir="ltr"
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      autosize
      minRows={3}
      maxRows={16}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

function textOf(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value, null, 2);
}
