import { isMembers, isSameJson } from './merge-patch';

type Members = Readonly<Record<string, unknown>>;

/** Field that another person changed while a form was open. */
export interface Difference {
  /** Names from the object down to the field. */
  readonly path: readonly string[];
  /** Value when the form was opened. Undefined if the field was not set. */
  readonly base: unknown;
  readonly mine: unknown;
  readonly theirs: unknown;
}

/** Changes of two people that began with the same state. */
export interface ThreeWay {
  /** Fields that both changed, to different values. A person has to choose. */
  readonly conflicts: readonly Difference[];
  /** Fields that only the other person changed. */
  readonly theirs: readonly Difference[];
  /** Object with the changes of both. Conflicts have the value of `mine`. */
  readonly merged: Members;
}

/** Compares the object of a form with the state in which it was opened and with the present state. */
export function threeWay(base: Members, mine: Members, theirs: Members): ThreeWay {
  const conflicts: Difference[] = [];
  const others: Difference[] = [];
  const merge = (path: readonly string[], three: Omit<Difference, 'path'>): unknown => {
    if (isSameJson(three.theirs, three.base) || isSameJson(three.theirs, three.mine)) return three.mine;
    if (isMembers(three.mine) && isMembers(three.theirs)) {
      const [before, ours, now] = [isMembers(three.base) ? three.base : {}, three.mine, three.theirs];
      return mergeMembers(before, ours, now, (name, below) => merge([...path, name], below));
    }
    if (isSameJson(three.mine, three.base)) {
      others.push({ path, ...three });
      return three.theirs;
    }
    conflicts.push({ path, ...three });
    return three.mine;
  };
  const merged = mergeMembers(base, mine, theirs, (name, below) => merge([name], below));
  return { conflicts, theirs: others, merged };
}

/** Returns the object with a value at a path. An undefined value removes the field. */
export function withValueAt(value: Members, [name, ...rest]: readonly string[], at: unknown): Members {
  if (name === undefined) return value;
  const { [name]: before, ...others } = value;
  const next = rest.length === 0 ? at : withValueAt(isMembers(before) ? before : {}, rest, at);
  return next === undefined ? others : { ...others, [name]: next };
}

function mergeMembers(
  base: Members,
  mine: Members,
  theirs: Members,
  merge: (name: string, three: Omit<Difference, 'path'>) => unknown,
): Members {
  const names = new Set([...Object.keys(mine), ...Object.keys(theirs), ...Object.keys(base)]);
  const merged: Record<string, unknown> = {};
  for (const name of names) {
    const value = merge(name, { base: base[name], mine: mine[name], theirs: theirs[name] });
    if (value !== undefined) merged[name] = value;
  }
  return merged;
}
