import { useSyncExternalStore } from 'react';

/** State that all API calls of this tab share. */
export interface ConnectionState {
  /** False if the last call got no answer from the hub. */
  readonly reachable: boolean;
  /** True if the hub refused the session. The sign-in dialog is then shown over the page. */
  readonly sessionEnded: boolean;
  /** Age of the newest list or count in seconds, if the hub read it from a replica, else 0. */
  readonly lagSeconds: number;
}

let state: ConnectionState = { reachable: true, sessionEnded: false, lagSeconds: 0 };
const listeners = new Set<() => void>();

/** Changes the state and updates all components that show it. */
export function setConnection(change: Partial<ConnectionState>): void {
  const next = { ...state, ...change };
  const isSame = next.reachable === state.reachable && next.sessionEnded === state.sessionEnded;
  if (isSame && next.lagSeconds === state.lagSeconds) return;
  state = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Returns the state of the connection and updates the component when the state changes. */
export function useConnection(): ConnectionState {
  return useSyncExternalStore(subscribe, () => state);
}
