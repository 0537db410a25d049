import { Input, Skeleton } from '@mantine/core';
import { lazy, Suspense, useId, type ReactNode } from 'react';
import type { TemplateScope } from './complete-template';
import type { EditorLanguage } from './editor-view';

const TemplateEditor = lazy(async () => ({ default: (await import('./template-editor')).TemplateEditor }));

interface TemplateInputProps {
  readonly label: string;
  readonly description?: string | undefined;
  readonly error?: string | undefined;
  /** Notes that do not make the input invalid. */
  readonly notes?: ReactNode;
  readonly required?: boolean;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly language: EditorLanguage;
  readonly scope: TemplateScope;
  readonly direction?: 'ltr' | 'rtl';
  readonly lines?: number;
}

/** Input for a text with templates, with completion of fields and filters. The editor is loaded when it is shown. */
export function TemplateInput(props: TemplateInputProps): ReactNode {
  const { label, description, error, notes, required = false, lines = 1, direction = 'ltr', ...editor } = props;
  const id = useId();
  return (
    <Input.Wrapper
      label={label}
      description={description}
      error={error}
      required={required}
      labelElement="div"
      labelProps={{ id: `${id}-label` }}
      errorProps={{ id: `${id}-error`, className: 'pb-foreign' }}
    >
      <Suspense fallback={<Skeleton height={lines * 18 + 14} />}>
        <TemplateEditor
          {...editor}
          lines={lines}
          direction={direction}
          labelledBy={`${id}-label`}
          describedBy={error === undefined ? '' : `${id}-error`}
          invalid={error !== undefined}
        />
      </Suspense>
      {notes}
    </Input.Wrapper>
  );
}
