import { Button, Group, TextInput } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import classes from './filter-bar.module.css';
import { useText } from './text';

interface FilterBarProps {
  /** True if a filter is set. */
  readonly active: boolean;
  readonly onClear: () => void;
  readonly children: ReactNode;
}

/** Filters of a list in a row, with a button that clears them. */
export function FilterBar({ active, onClear, children }: FilterBarProps): ReactNode {
  const text = useText();
  return (
    <Group className={classes.bar} role="search" aria-label={text('filter.label')} align="end" gap="sm">
      {children}
      {active && (
        <Button variant="subtle" onClick={onClear}>
          {text('filter.clear')}
        </Button>
      )}
    </Group>
  );
}

interface TextFilterProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  /** Called with the complete text when the person presses Enter or leaves the field. */
  readonly onChange: (value: string) => void;
}

/** Filter of a complete text, such as the id of a customer. */
export function TextFilter({ label, value, placeholder, onChange }: TextFilterProps): ReactNode {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  const commit = (): void => {
    if (draft.trim() !== value) onChange(draft.trim());
  };
  return (
    <TextInput
      className={classes.text}
      label={label}
      value={draft}
      placeholder={placeholder}
      dir="auto"
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
      }}
    />
  );
}
