import {
  autocompletion,
  completionKeymap,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { json } from '@codemirror/lang-json';
import { EditorState, type Extension } from '@codemirror/state';
import {
  Decoration,
  Direction,
  EditorView,
  keymap,
  lineNumbers,
  MatchDecorator,
  ViewPlugin,
  type DecorationSet,
  type ViewUpdate,
} from '@codemirror/view';
import { codeLook } from '../../../ui/code-look';
import { completeTemplate, type TemplateScope } from './complete-template';

/** Language of the text around the templates. `line` is a text without line breaks. */
export type EditorLanguage = 'line' | 'text' | 'yaml' | 'json';

const templateMarks = new MatchDecorator({
  regexp: /\{\{[^}]*\}?\}?|\{%[^%]*%?\}?/g,
  // A template reads from left to right in a text of any direction.
  decoration: Decoration.mark({ class: 'cm-template', attributes: { dir: 'ltr' }, bidiIsolate: Direction.LTR }),
});

/** Colours outputs and tags, in any language around them. */
const templates = ViewPlugin.define(
  (view) => ({
    marks: templateMarks.createDeco(view),
    update(update: ViewUpdate) {
      this.marks = templateMarks.updateDeco(update, this.marks);
    },
  }),
  {
    provide: (plugin) => {
      const marks = (view: EditorView): DecorationSet => view.plugin(plugin)?.marks ?? Decoration.none;
      return [EditorView.outerDecorations.of(marks), EditorView.bidiIsolatedRanges.of(marks)];
    },
  },
);

const look = EditorView.theme({
  '.cm-template': { color: 'var(--pb-waiting)' },
  '.cm-template span': { color: 'inherit' },
  '.cm-completionDetail': { color: 'var(--mantine-color-dimmed)', fontStyle: 'normal' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mantine-font-family-monospace)', maxWidth: '420px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--mantine-primary-color-filled)',
    color: 'var(--pb-on-accent)',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected] .cm-completionDetail': { color: 'inherit' },
});

/** Returns the extensions of an editor for templates. Tab leaves the editor, so that no keyboard user is trapped. */
export function editorExtensions(language: EditorLanguage, scope: () => TemplateScope): Extension {
  const source = (context: CompletionContext): CompletionResult | null => {
    const line = context.state.doc.lineAt(context.pos);
    const found = completeTemplate(line.text.slice(0, context.pos - line.from), scope());
    if (found === null) return null;
    return {
      from: context.pos - found.replaced,
      options: found.suggestions.map(({ label, detail, kind }) => ({
        label,
        detail: detail.length > 60 ? `${detail.slice(0, 60)}…` : detail,
        type: kind,
      })),
      validFor: /^[\w-]*$/,
    };
  };
  return [
    codeLook(language === 'line' ? 60 : 420),
    look,
    history(),
    keymap.of([...completionKeymap, ...historyKeymap, ...defaultKeymap]),
    autocompletion({ override: [source], icons: false }),
    EditorView.lineWrapping,
    language === 'yaml' ? [yaml(), lineNumbers()] : [],
    language === 'json' ? [json(), lineNumbers()] : [],
    language === 'line' ? EditorState.transactionFilter.of((change) => (change.newDoc.lines > 1 ? [] : change)) : [],
    templates,
  ];
}
