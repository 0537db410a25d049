import { Stack, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { isMembers, isSameJson } from '../../../lib/merge-patch';
import type { EventField } from '../model/event-fields';
import type { JsonObject } from '../model/json';
import type { TemplateScope } from '../template/complete-template';
import { TemplateInput } from '../template/template-input';
import { useText } from '../text';
import { FilterBuilder } from './filter-builder';
import classes from './filter.module.css';

interface FilterFieldProps {
  readonly title: string;
  /** Says what an empty filter means. */
  readonly none: string;
  readonly value: JsonObject;
  readonly onChange: (value: JsonObject) => void;
  readonly fields: readonly EventField[];
  readonly errors: Readonly<Record<string, string>>;
  readonly scope: TemplateScope;
  readonly notes: ReactNode;
}

/** Filter of a subscription: the builder, and the JSON beside it. A change in one shows in the other. */
export function FilterField(props: FilterFieldProps): ReactNode {
  const { title, none, value, onChange, fields, errors, scope, notes } = props;
  const text = useText();
  const [typed, setTyped] = useState(() => JSON.stringify(value, null, 2));
  const parsed = parseObject(typed);
  const shown = parsed === null || isSameJson(parsed, value) ? typed : JSON.stringify(value, null, 2);
  const ownErrors = Object.entries(errors).filter(([field]) => field === 'when' || field.startsWith('when.'));
  return (
    <Stack gap={4}>
      <Text fw={500} size="sm">
        {title}
      </Text>
      <div className={classes.beside}>
        <FilterBuilder
          none={none}
          value={value}
          onChange={(next) => {
            setTyped(JSON.stringify(next, null, 2));
            onChange(next);
          }}
          fields={fields}
          errors={errors}
        />
        <TemplateInput
          label={text('filter.json')}
          language="json"
          scope={scope}
          value={shown}
          error={parsed === null ? text('filter.notJson') : ownErrors[0]?.[1]}
          lines={4}
          onChange={(next) => {
            setTyped(next);
            const found = parseObject(next);
            if (found !== null) onChange(found);
          }}
        />
      </div>
      {notes}
    </Stack>
  );
}

function parseObject(text: string): JsonObject | null {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return isMembers(value) ? value : null;
  } catch {
    return null;
  }
}
