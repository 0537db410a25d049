import { useState, type ReactNode } from 'react';
import { isSameJson } from '../../../lib/merge-patch';
import type { TemplateScope } from '../template/complete-template';
import { TemplateInput } from '../template/template-input';
import { fromYaml, toYaml } from './yaml-value';

interface YamlInputProps {
  readonly label: string;
  readonly description?: string | undefined;
  readonly error?: string | undefined;
  readonly notes?: ReactNode;
  readonly required?: boolean;
  /** Undefined shows an empty editor. */
  readonly value: unknown;
  /** Called with undefined if the editor becomes empty. Not called while the text is not YAML. */
  readonly onChange: (value: unknown) => void;
  /** Error text if the value must be something else. */
  readonly check?: (value: unknown) => string | undefined;
  readonly scope: TemplateScope;
  readonly lines: number;
}

/** Input for a value as YAML with templates. Keeps the text as it was typed. */
export function YamlInput({ value, onChange, check, error, ...props }: YamlInputProps): ReactNode {
  const [typed, setTyped] = useState(() => textOfValue(value));
  const read = readYaml(typed, check);
  const shown = 'error' in read || isSameJson(read.value, value) ? typed : textOfValue(value);
  return (
    <TemplateInput
      {...props}
      language="yaml"
      value={shown}
      error={'error' in read && shown === typed ? read.error : error}
      onChange={(next) => {
        setTyped(next);
        const found = readYaml(next, check);
        if (!('error' in found)) onChange(found.value);
      }}
    />
  );
}

function textOfValue(value: unknown): string {
  return value === undefined ? '' : toYaml(value);
}

function readYaml(text: string, check: YamlInputProps['check']): { value: unknown } | { error: string } {
  if (text.trim() === '') return { value: undefined };
  const read = fromYaml(text);
  if ('error' in read) return read;
  const wrong = check?.(read.value);
  return wrong === undefined ? read : { error: wrong };
}
