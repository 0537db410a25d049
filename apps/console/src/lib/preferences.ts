import { useSyncExternalStore } from 'react';

const PREFIX = 'patchbay.';
const listeners = new Set<() => void>();

/** Stores a choice of this browser, such as the language. Never store secrets or personal data here. */
export function setPreference(name: string, value: string): void {
  localStorage.setItem(PREFIX + name, value);
  for (const listener of listeners) listener();
}

/** Returns a choice of this browser, or null if none was made. */
export function preference(name: string): string | null {
  return localStorage.getItem(PREFIX + name);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  // Other tabs of this browser change the same preferences.
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

/** Returns a choice of this browser and updates the component when the choice changes. */
export function usePreference(name: string): string | null {
  return useSyncExternalStore(subscribe, () => preference(name));
}
