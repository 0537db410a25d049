import { Select } from '@mantine/core';
import type { ReactNode } from 'react';

interface ActionSelectProps {
  readonly label: string;
  /** Actions of the destination type. The name is null if the type has a single action. */
  readonly actions: readonly { readonly name: string | null; readonly label: string | null }[];
  readonly value: string | undefined;
  readonly error?: string | undefined;
  readonly onChange: (name: string) => void;
}

/** Choice of the action of a message. Shows nothing if the destination type has a single action. */
export function ActionSelect({ label, actions, value, error, onChange }: ActionSelectProps): ReactNode {
  const data = actions.flatMap((action) =>
    action.name === null ? [] : [{ value: action.name, label: action.label ?? action.name }],
  );
  if (data.length === 0) return null;
  return (
    <Select
      label={label}
      required
      data={data}
      value={value ?? null}
      error={error}
      allowDeselect={false}
      onChange={(name) => name !== null && onChange(name)}
    />
  );
}
