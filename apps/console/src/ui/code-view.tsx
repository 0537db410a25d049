import { json } from '@codemirror/lang-json';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useRef, type ReactNode } from 'react';
import { codeLook } from './code-look';

interface CodeViewProps {
  readonly text: string;
  readonly language: 'json' | 'text';
  readonly label: string;
  readonly maxHeight: number;
}

/** Read-only view of a text by CodeMirror, which draws only the visible part. Use `JsonView`, which loads it lazily. */
export function CodeView({ text, language, label, maxHeight }: CodeViewProps): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (host.current === null) return undefined;
    const view = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          codeLook(maxHeight),
          language === 'json' ? json() : [],
          EditorState.readOnly.of(true),
          EditorView.editable.of(false),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
        ],
      }),
    });
    return () => view.destroy();
  }, [text, language, label, maxHeight]);
  return <div ref={host} dir="ltr" />;
}
