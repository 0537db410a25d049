import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';

/** Id of the element that has the content of a screen. */
export const CONTENT_ID = 'content';

/**
 * Moves the focus to the content when another screen opens. The next Tab then leads to the first control of that screen.
 * A field that the screen itself focuses keeps the focus, as does the choice of the brand in the header.
 */
export function useContentFocus(): void {
  const router = useRouter();
  useEffect(() => {
    let before: Element | null = null;
    const stopBefore = router.subscribe('onBeforeNavigate', () => {
      before = document.activeElement;
    });
    const stopRendered = router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
      const focused = document.activeElement;
      const isFree = focused === document.body || (focused === before && focused?.closest('header') === null);
      if (fromLocation !== undefined && pathChanged && isFree) {
        document.getElementById(CONTENT_ID)?.focus({ preventScroll: true });
      }
    });
    return () => {
      stopBefore();
      stopRendered();
    };
  }, [router]);
}
