import { Button, Group, Stack } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { shortText, withField, type SchemaField } from '../../../ui/schema-field';
import { inputOf, valueOf } from '../filter/rules';
import type { JsonObject } from '../model/json';
import type { Preview } from '../preview/use-preview';
import { WarningList } from '../preview/warning-list';
import type { TemplateScope } from '../template/complete-template';
import { useText } from '../text';
import { TemplateInput } from '../template/template-input';
import { YamlInput } from './yaml-input';

/** Errors and warnings of a mapping while a person edits it. */
export interface MappingNotes {
  /** Errors by path of the draft, such as `mapping.body`. */
  readonly errors: Readonly<Record<string, string>>;
  readonly warnings: Preview['warnings'];
  readonly onFix: (warning: Preview['warnings'][number]) => void;
}

interface MessageFormProps extends MappingNotes {
  /** Fields of the message, as the destination type declares them. */
  readonly fields: readonly SchemaField[];
  readonly value: JsonObject;
  readonly onChange: (value: JsonObject) => void;
  /** Path of the message in the draft: `mapping`, or `mapping.ar` for a language. */
  readonly path: string;
  readonly direction: 'ltr' | 'rtl';
  readonly scope: TemplateScope;
}

/** Form for one message: a text with templates for each field, and YAML for fields that have a structure. */
export function MessageForm(props: MessageFormProps): ReactNode {
  const { fields, value, onChange, path, direction, scope, errors, warnings, onFix } = props;
  const text = useText();
  const [isOpen, setIsOpen] = useState(false);
  const shown = isOpen ? fields : fields.filter((field, index) => isUsual(field, value, index));
  return (
    <Stack gap="md">
      {shown.map((field) => {
        const at = `${path}.${field.name}`;
        const common = {
          label: field.label,
          description: field.help ?? undefined,
          required: field.required,
          error: errorBelow(errors, at),
          notes: <WarningList warnings={warnings.filter((warning) => isBelow(warning.field, at))} onFix={onFix} />,
          scope,
        };
        const change = (next: unknown): void => onChange(withField(value, field.name, next));
        if (isStructure(field)) {
          return <YamlInput key={field.name} {...common} value={value[field.name]} onChange={change} lines={5} />;
        }
        const isProse = field.multiline || PROSE.includes(field.name);
        return (
          <TemplateInput
            key={field.name}
            {...common}
            description={[common.description, exampleOf(field)].filter((part) => part !== undefined).join(' ')}
            language={field.multiline ? 'text' : 'line'}
            direction={isProse ? direction : 'ltr'}
            lines={field.multiline ? 4 : 1}
            value={inputOf(value[field.name])}
            onChange={(next) =>
              change(next === '' ? undefined : field.type === 'string' ? next : valueOf(next, 'unknown'))
            }
          />
        );
      })}
      {shown.length < fields.length && (
        <Group>
          <Button variant="subtle" onClick={() => setIsOpen(true)}>
            {text('mapping.more', { count: fields.length - shown.length })}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

/** Names of one-line fields that have a text in the recipient's language. */
const PROSE: readonly string[] = ['title', 'subject'];

/** Returns true if a field is shown at once: it is required, set, or among the first of its message. */
function isUsual({ name, required }: SchemaField, value: JsonObject, index: number): boolean {
  return required || value[name] !== undefined || index < USUAL_FIELDS;
}

/** The first fields of each message are its address and its text. */
const USUAL_FIELDS = 2;

function isStructure({ type }: SchemaField): boolean {
  return ['object', 'json', 'list', 'record', 'group'].includes(type);
}

function exampleOf({ example, required }: SchemaField): string | undefined {
  return example === null || example === undefined || !required ? undefined : shortText(example);
}

/** Returns true if a field is at a path or within it. */
export function isBelow(field: string, path: string): boolean {
  return field === path || field.startsWith(`${path}.`) || field.startsWith(`${path}[`);
}

/** Returns the first error at a path or within it. */
export function errorBelow(errors: Readonly<Record<string, string>>, path: string): string | undefined {
  return Object.entries(errors).find(([field]) => isBelow(field, path))?.[1];
}
