import { useState } from 'react';
import { swapped } from '../model/route';

/** Identities of the entries of a list, so that the inputs of an entry move with it. */
interface Ids {
  readonly ids: readonly number[];
  /** Gives an identity to an entry that is inserted at a place, and returns it. */
  insert(at: number): number;
  remove(at: number): void;
  swap(one: number, other: number): void;
}

/** Returns identities for `count` entries. If entries were changed in another way, all get new identities. */
export function useIds(count: number): Ids {
  const [state, setState] = useState(() => fresh(count, 0));
  if (state.ids.length !== count) setState(fresh(count, state.next));
  const { ids, next } = state.ids.length === count ? state : fresh(count, state.next);
  return {
    ids,
    insert: (at) => {
      setState({ ids: ids.toSpliced(at, 0, next), next: next + 1 });
      return next;
    },
    remove: (at) => setState({ ids: ids.toSpliced(at, 1), next }),
    swap: (one, other) => setState({ ids: swapped(ids, one, other), next }),
  };
}

function fresh(count: number, next: number): { readonly ids: readonly number[]; readonly next: number } {
  return { ids: Array.from({ length: count }, (_unused, index) => next + index), next: next + count };
}
