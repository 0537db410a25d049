import { useEffect } from 'react';
import { letterOf } from './letter-of';
import { usePreference } from './preferences';

/** Actions by key, such as `j` or `?`. */
type LetterKeys = Readonly<Record<string, () => void>>;

/**
 * Runs actions when a person presses a single key. Does nothing while the person types or a dialog is open, nor if the
 * preference `keys` is off, as WCAG 2.1.4 requires.
 */
export function useLetterKeys(actions: LetterKeys): void {
  const isOff = useLetterKeysOff();
  useEffect(() => {
    if (isOff) return undefined;
    const listen = (event: KeyboardEvent): void => {
      const action = actions[letterOf(event)];
      if (action === undefined || event.defaultPrevented || hasModifier(event) || isTyping(event.target)) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [actions, isOff]);
}

/** Returns true if the person has switched off single-letter keys. */
export function useLetterKeysOff(): boolean {
  return usePreference('keys') === 'off';
}

/** Returns true for commands of the browser. Many layouts need AltGr, which also counts as Ctrl and Alt, for `[` and `]`. */
function hasModifier(event: KeyboardEvent): boolean {
  return event.metaKey || ((event.ctrlKey || event.altKey) && !event.getModifierState('AltGraph'));
}

/** Controls whose own keys have precedence: texts, and open lists, in which a letter chooses an entry. */
const TYPED =
  'input, textarea, select, [role="dialog"], [role="listbox"], [role="menu"], [aria-expanded="true"][aria-haspopup], .cm-editor';

/** Returns true if keys belong to an input, an editor, an open list or a dialog. */
function isTyping(target: EventTarget | null): boolean {
  if (document.querySelector('[aria-modal="true"]') !== null) return true;
  return target instanceof HTMLElement && (target.isContentEditable || target.closest(TYPED) !== null);
}
