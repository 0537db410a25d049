import { useState } from 'react';
import { parseDraft, emptyDraft, type ConnectDraft } from './connect-draft';

const KEY = 'patchbay.connect.';

/** State of the wizard for a brand, kept in this tab until the person signs out or finishes. */
export interface StoredDraft {
  readonly draft: ConnectDraft;
  change(change: Partial<ConnectDraft>): void;
  /** Begins anew. */
  readonly clear: () => void;
}

/** Keeps the state of the wizard in sessionStorage, so that a reload of the page loses nothing but secrets. */
export function useConnectDraft(brand: string): StoredDraft {
  const [draft, setDraft] = useState(() => parseDraft(sessionStorage.getItem(KEY + brand), brand));
  return {
    draft,
    change: (change) =>
      setDraft((before) => {
        const next = { ...before, ...change };
        sessionStorage.setItem(KEY + brand, JSON.stringify(next));
        return next;
      }),
    clear: () => {
      sessionStorage.removeItem(KEY + brand);
      setDraft(emptyDraft(brand));
    },
  };
}
