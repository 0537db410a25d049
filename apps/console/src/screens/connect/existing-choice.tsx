import { Button, Group, NativeSelect, Paper } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useText } from './text';

interface ExistingChoiceProps {
  readonly label: string;
  readonly names: readonly string[];
  readonly onChoose: (name: string) => void;
}

/** Choice of an object that exists already. Nothing if there is none. */
export function ExistingChoice({ label, names, onChoose }: ExistingChoiceProps): ReactNode {
  const text = useText();
  const [name, setName] = useState('');
  if (names.length === 0) return null;
  const chosen = name === '' ? (names[0] ?? '') : name;
  return (
    <Paper p="md" maw={760}>
      <Group align="end" gap="sm">
        <NativeSelect
          label={label}
          data={[...names]}
          value={chosen}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button
          variant="default"
          onClick={({ detail }) => {
            // The next step has the same button in the same place, and the second click of a double click may hit it.
            if (detail < 2) onChoose(chosen);
          }}
        >
          {text('useThis')}
        </Button>
      </Group>
    </Paper>
  );
}
