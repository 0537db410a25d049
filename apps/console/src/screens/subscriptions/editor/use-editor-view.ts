import { useUrlState } from '../../../lib/use-url-state';

/** Shown parts of the editor. Kept in the URL. */
export interface EditorView {
  /** Tab of the page: `edit`, `versions` or `yaml`. */
  readonly tab: string;
  /** Tab of the preview: `message`, `request` or `why`. */
  readonly view: string;
  /** Mapping as `form` or `yaml`. */
  readonly as: string;
  /** Shown language of the mapping. */
  readonly tag: string;
  /** Id of the event of the preview; empty for the newest. */
  readonly event: string;
  /** Key of the message in the preview; empty for the message that the event decides. */
  readonly part: string;
  /** Number of the open entry of the route, from 1; empty for none. */
  readonly entry: string;
  /** Version whose changes are shown; empty for none. */
  readonly version: string;
  set(change: Partial<Record<'tab' | 'view' | 'as' | 'lang' | 'event' | 'part' | 'entry' | 'version', string>>): void;
}

/** Returns the shown parts of the editor. A change replaces the entry of the history: Back leaves the editor. */
export function useEditorView(): EditorView {
  const [state, setState] = useUrlState({
    ...{ tab: 'edit', view: 'message', as: 'form' },
    ...{ lang: '', event: '', part: '', entry: '', version: '' },
  });
  return { ...state, tag: state.lang, set: (change) => setState(change, { replace: true }) };
}
