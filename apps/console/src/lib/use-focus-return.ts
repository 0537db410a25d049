import { useEffect, useState } from 'react';

/**
 * Returns the focus to the control that opened a dialog, when the dialog is unmounted. Mantine returns the focus only
 * for dialogs that stay mounted while they are closed.
 */
export function useFocusReturn(): void {
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (document.activeElement === document.body && opener instanceof HTMLElement) opener.focus();
    },
    [opener],
  );
}
