import { MultiSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { errorBelow } from '../mapping/message-form';
import { enrichmentsQuery } from '../queries';
import { useText } from '../text';

interface EnrichFieldProps {
  readonly brand: string;
  readonly value: readonly string[];
  readonly onChange: (value: readonly string[]) => void;
  readonly errors: Readonly<Record<string, string>>;
}

/** Data that the hub fetches before it chooses and makes a message. Nothing if the brand has no such data. */
export function EnrichField({ brand, value, onChange, errors }: EnrichFieldProps): ReactNode {
  const text = useText();
  const names = useQuery(enrichmentsQuery(brand)).data ?? [];
  if (names.length === 0 && value.length === 0) return null;
  return (
    <MultiSelect
      maw={420}
      label={text('enrich.title')}
      description={text('enrich.help')}
      error={errorBelow(errors, 'enrich')}
      value={[...value]}
      data={[...new Set([...names, ...value])]}
      onChange={onChange}
    />
  );
}
