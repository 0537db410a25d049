import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode } from 'react';
import { focusFilter, focusRow, rowsOfClick } from '../lib/rows';
import { useLetterKeys } from '../lib/use-letter-keys';

/** Keys for the filter and the rows of a list, and for the pages of its entries. */
export function ListKeys(): ReactNode {
  const navigate = useNavigate();
  // Rows of the list from which the person opened an entry.
  const list = useRef<readonly string[]>([]);
  useEffect(() => {
    const listen = (event: MouseEvent): void => {
      list.current = rowsOfClick(event.target) ?? list.current;
    };
    window.addEventListener('click', listen, { capture: true });
    return () => window.removeEventListener('click', listen, { capture: true });
  }, []);
  const open = (step: number): void => {
    const current = list.current.indexOf(location.pathname);
    const href = current === -1 ? undefined : list.current[current + step];
    // Replaces the entry in the browser's history, so that Back leads to the list with its filters.
    if (href !== undefined) void navigate({ href, replace: true });
  };
  useLetterKeys({
    '/': focusFilter,
    j: () => focusRow(1),
    k: () => focusRow(-1),
    '[': () => open(-1),
    ']': () => open(1),
  });
  return null;
}
