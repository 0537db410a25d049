import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useEffectEvent, useRef, type ReactNode } from 'react';
import type { TemplateScope } from './complete-template';
import { editorExtensions, type EditorLanguage } from './editor-view';

/** Properties of {@link TemplateEditor}. */
export interface TemplateEditorProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly language: EditorLanguage;
  readonly scope: TemplateScope;
  /** Id of the element that names the editor. */
  readonly labelledBy: string;
  /** Id of the element with the error. */
  readonly describedBy: string;
  readonly invalid: boolean;
  readonly direction: 'ltr' | 'rtl';
  /** Lines that the empty editor shows. */
  readonly lines: number;
}

/** Editor for a text with templates. Use `TemplateInput`, which loads it lazily. */
export function TemplateEditor(props: TemplateEditorProps): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef(props);
  latest.current = props;
  const attributes = useRef(new Compartment());
  const { language, value } = props;
  useEffect(() => {
    if (host.current === null) return undefined;
    const created = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          editorExtensions(language, () => latest.current.scope),
          attributes.current.of(settingsOf(latest.current)),
          EditorView.updateListener.of((update) => {
            if (!update.docChanged) return;
            const text = update.state.doc.toString();
            if (text !== latest.current.value) latest.current.onChange(text);
          }),
        ],
      }),
    });
    view.current = created;
    return () => created.destroy();
  }, [language]);
  const key = JSON.stringify([props.labelledBy, props.describedBy, props.invalid, props.direction]);
  const applySettings = useEffectEvent(() => {
    view.current?.dispatch({ effects: attributes.current.reconfigure(settingsOf(props)) });
  });
  useEffect(() => applySettings(), [key]);
  useEffect(() => {
    const shown = view.current;
    if (shown === null || shown.state.doc.toString() === value) return;
    shown.dispatch({ changes: { from: 0, to: shown.state.doc.length, insert: value } });
  }, [value]);
  return <div ref={host} dir="ltr" />;
}

function settingsOf({ labelledBy, describedBy, invalid, direction, lines }: TemplateEditorProps): Extension {
  return [
    EditorView.contentAttributes.of({
      'aria-labelledby': labelledBy,
      'aria-describedby': describedBy,
      'aria-invalid': String(invalid),
      dir: direction,
    }),
    EditorView.theme({
      '.cm-content': { minHeight: `${lines * 18 + 8}px` },
      '&': { borderColor: invalid ? 'var(--mantine-color-error)' : 'var(--mantine-color-default-border)' },
    }),
  ];
}
