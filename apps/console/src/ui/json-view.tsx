import { Skeleton } from '@mantine/core';
import { lazy, Suspense, type ReactNode } from 'react';
import { useText } from './text';

const CodeView = lazy(async () => ({ default: (await import('./code-view')).CodeView }));

interface JsonViewProps {
  /** JSON value. Give this or `text`. */
  readonly value?: unknown;
  /** Text that is shown as it is. */
  readonly text?: string;
  readonly language?: 'json' | 'text';
  /** Name for screen readers; "JSON" if absent. */
  readonly label?: string;
  /** Height in pixels at which the view scrolls. */
  readonly maxHeight?: number;
}

/** Read-only view of JSON or of a text, for values of any size and any content. The viewer is loaded when it is shown. */
export function JsonView({ value, text, language = 'json', label, maxHeight = 480 }: JsonViewProps): ReactNode {
  const words = useText();
  return (
    <Suspense fallback={<Skeleton height={120} role="status" aria-label={words('json.loading')} />}>
      <CodeView
        text={text ?? JSON.stringify(value ?? null, null, 2)}
        language={language}
        label={label ?? words('json.label')}
        maxHeight={maxHeight}
      />
    </Suspense>
  );
}
