import { Textarea } from '@mantine/core';
import { useState, type ReactNode } from 'react';
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
  const [input, setInput] = useState(() => (value === undefined ? '' : JSON.stringify(value, null, 2)));
  const [isInvalid, setIsInvalid] = useState(false);
  const change = (next: string): void => {
    setInput(next);
    try {
      onChange(next.trim() === '' ? undefined : JSON.parse(next));
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
      ff="monospace"
      autosize
      minRows={3}
      maxRows={16}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}
