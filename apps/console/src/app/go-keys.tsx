import { useNavigate } from '@tanstack/react-router';
import { useRef, type ReactNode } from 'react';
import { useLetterKeys } from '../lib/use-letter-keys';
import { useNavigationEntries } from './use-navigation-entries';

/** Time for the second key after `g`, in milliseconds. */
const SECOND_KEY_MS = 1_500;

/** Opens screens by two keys: `g`, then the letter of the screen. */
export function GoKeys(): ReactNode {
  const entries = useNavigationEntries();
  const navigate = useNavigate();
  const pressedAt = useRef(Number.NEGATIVE_INFINITY);
  const open = (to: string): void => {
    if (performance.now() - pressedAt.current > SECOND_KEY_MS) return;
    pressedAt.current = Number.NEGATIVE_INFINITY;
    void navigate({ to });
  };
  useLetterKeys({
    ...Object.fromEntries(entries.flatMap(({ key, to }) => (key === undefined ? [] : [[key, () => open(to)]]))),
    g: () => {
      pressedAt.current = performance.now();
    },
  });
  return null;
}
