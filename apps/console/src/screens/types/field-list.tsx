import { Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { SchemaField } from '../../ui/schema-field';
import { ACTION } from './type-actions';
import { useText } from './text';

interface FieldListProps {
  readonly title: string;
  /** Name of the action whose message has the fields. Null or absent if they belong to no named action. */
  readonly action?: string | null;
  readonly fields: readonly SchemaField[];
}

/** Fields that a destination type declares for one purpose: name, meaning, and whether the field is required. */
export function FieldList({ title, action = null, fields }: FieldListProps): ReactNode {
  const text = useText();
  return (
    <Paper p="md" component="section">
      <Stack gap="sm">
        <Title order={2}>{title}</Title>
        {action !== null && (
          <Text size="sm">
            <bdi className="pb-code">
              {ACTION}: {action}
            </bdi>
          </Text>
        )}
        {fields.length === 0 && <Text c="dimmed">{text('fields.none')}</Text>}
        {fields.map((field) => (
          <div key={field.name}>
            <Text size="sm">
              <bdi className="pb-code">{field.name}</bdi>{' '}
              <Text span size="xs" c="dimmed">
                {[field.required ? text('fields.required') : null, field.secret ? text('fields.secret') : null]
                  .filter((part) => part !== null)
                  .join(' · ')}
              </Text>
            </Text>
            <Text size="xs" c="dimmed" lang="en" dir="auto">
              {[field.label, field.help].filter((part) => part !== null).join('. ')}
            </Text>
          </div>
        ))}
      </Stack>
    </Paper>
  );
}
