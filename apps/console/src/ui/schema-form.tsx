import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { SchemaInput } from './schema-input';
import { withField, type FormValue, type SchemaField } from './schema-field';

interface SchemaFormProps {
  /** Inputs in order: `fields` of `credentials`, `settings` or `message` of a destination type. */
  readonly fields: readonly SchemaField[];
  readonly value: FormValue;
  readonly onChange: (value: FormValue) => void;
  /** Texts of errors by path: `url`, `headers.accept`, `items.0.name`. */
  readonly errors?: Readonly<Record<string, string>>;
  /** True if all secrets have stored values, or the paths of the secrets with one: `api.key`. An empty input keeps it. */
  readonly stored?: boolean | readonly string[];
  readonly disabled?: boolean;
}

/** Form from the list of fields that a destination type declares. Secrets are write-only. */
export function SchemaForm(props: SchemaFormProps): ReactNode {
  const { fields, value, onChange, errors = {}, stored = false, disabled = false } = props;
  return (
    <Stack gap="md">
      {fields.map((field) => (
        <SchemaInput
          key={field.name}
          field={field}
          value={value[field.name]}
          onChange={(next) => onChange(withField(value, field.name, next))}
          errors={errors}
          path={field.name}
          stored={stored}
          disabled={disabled || field.fileOnly}
        />
      ))}
    </Stack>
  );
}
