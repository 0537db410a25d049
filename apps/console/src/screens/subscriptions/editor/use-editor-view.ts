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
  /** Number of the fallback step whose message is shown; 0 for the message of the subscription. */
  readonly step: number;
  /** Version whose changes are shown; empty for none. */
  readonly version: string;
  set(change: Partial<Record<'tab' | 'view' | 'as' | 'lang' | 'event' | 'step' | 'version', string>>): void;
}

/** Returns the shown parts of the editor. A change replaces the entry of the history: Back leaves the editor. */
export function useEditorView(): EditorView {
  const [state, setState] = useUrlState({
    ...{ tab: 'edit', view: 'message', as: 'form' },
    ...{ lang: '', event: '', step: '', version: '' },
  });
  return { ...state, tag: state.lang, step: Number(state.step), set: (change) => setState(change, { replace: true }) };
}
