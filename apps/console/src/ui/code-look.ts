import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView, highlightSpecialChars } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { nonce } from '../lib/nonce';

const highlighting = HighlightStyle.define([
  { tag: [tags.propertyName, tags.variableName], color: 'var(--mantine-color-text)' },
  { tag: [tags.string], color: 'var(--pb-ok)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--pb-waiting)' },
  { tag: [tags.keyword, tags.operator], color: 'var(--pb-attention)' },
  { tag: [tags.comment], color: 'var(--mantine-color-dimmed)' },
]);

/**
 * Look of every CodeMirror view of the console. Direction controls and other hidden characters appear as tokens. The
 * view scrolls at `maxHeight` pixels, because CodeMirror otherwise grows with its content.
 */
export function codeLook(maxHeight: number): Extension {
  return [
    EditorView.cspNonce.of(nonce),
    highlightSpecialChars({ addSpecialChars: /[\u202a-\u202e\u2066-\u2069\u200b-\u200f]/g }),
    syntaxHighlighting(highlighting),
    EditorView.theme({
      '&': {
        maxHeight: `${maxHeight}px`,
        fontSize: '12px',
        border: '1px solid var(--pb-line)',
        borderRadius: '4px',
        backgroundColor: 'var(--pb-surface)',
        color: 'var(--mantine-color-text)',
      },
      '.cm-scroller': { overflow: 'auto', fontFamily: 'var(--mantine-font-family-monospace)' },
      '.cm-content': { caretColor: 'var(--mantine-color-text)' },
      '.cm-cursor': { borderInlineStartColor: 'var(--mantine-color-text)' },
      '.cm-gutters': { backgroundColor: 'var(--pb-subtle)', color: 'var(--mantine-color-dimmed)', border: 'none' },
      '.cm-specialChar': { color: 'var(--pb-attention)' },
      '.cm-tooltip': { backgroundColor: 'var(--pb-surface)', border: '1px solid var(--pb-line)' },
      // The editor sets its class for the focus later.
      '&:focus-within': { outline: '2px solid var(--mantine-primary-color-filled)' },
    }),
  ];
}
