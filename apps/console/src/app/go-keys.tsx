import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode } from 'react';
import { usePreference } from '../lib/preferences';
import { useNavigationEntries } from './use-navigation-entries';

/** Time for the second key after `g`, in milliseconds. */
const SECOND_KEY_MS = 1_500;

/** Opens screens by two keys: `g`, then the letter of the screen. A preference switches single-letter keys off. */
export function GoKeys(): ReactNode {
  const entries = useNavigationEntries();
  const navigate = useNavigate();
  const isOff = usePreference('keys') === 'off';
  const pressedAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    if (isOff) return undefined;
    const listen = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === 'g') {
        pressedAt.current = event.timeStamp;
        return;
      }
      const target = entries.find(({ key }) => key === event.key);
      if (target === undefined || event.timeStamp - pressedAt.current > SECOND_KEY_MS) return;
      pressedAt.current = Number.NEGATIVE_INFINITY;
      event.preventDefault();
      void navigate({ to: target.to });
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [entries, navigate, isOff]);
  return null;
}

/** Returns true if keys belong to an input, an editor or a dialog. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest('input, textarea, select, [role="dialog"], .cm-editor') !== null)
  );
}
