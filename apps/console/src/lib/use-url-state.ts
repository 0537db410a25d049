import { useNavigate, useSearch } from '@tanstack/react-router';

/** Names and default values of parameters: a text, or a list for a parameter that is repeated. */
type Defaults = Readonly<Record<string, string | readonly string[]>>;

type StateOf<D extends Defaults> = { readonly [Key in keyof D]: D[Key] extends string ? string : readonly string[] };

/** Options of a change of the URL. */
interface ChangeOptions {
  /** Replaces the present entry of the browser's history. Use it for changes while a person types. */
  readonly replace?: boolean;
}

/**
 * Keeps the state of a screen in the URL, so that a link shows the same and Back restores it. A value that equals its
 * default is not in the URL. Every change drops `cursor`, unless the change sets it.
 */
export function useUrlState<const D extends Defaults>(
  defaults: D,
): [StateOf<D>, (change: Partial<StateOf<D>>, options?: ChangeOptions) => void] {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const state = readState(defaults, search);
  const setState = (change: Partial<StateOf<D>>, { replace = false }: ChangeOptions = {}): void => {
    const next: Record<string, unknown> = { ...search, cursor: undefined, ...change };
    for (const [name, value] of Object.entries(defaults)) {
      if (JSON.stringify(next[name]) === JSON.stringify(value)) next[name] = undefined;
    }
    void navigate({ to: '.', search: next, replace });
  };
  return [state, setState];
}

function readState<D extends Defaults>(defaults: D, search: Record<string, unknown>): StateOf<D> {
  const state: Record<string, unknown> = {};
  for (const [name, fallback] of Object.entries(defaults)) {
    const found = search[name];
    const values = (Array.isArray(found) ? found : [found]).filter((one) => typeof one === 'string');
    if (values.length === 0) state[name] = fallback;
    else state[name] = typeof fallback === 'string' ? values[0] : values;
  }
  return isStateOf(defaults, state) ? state : readState(defaults, {});
}

function isStateOf<D extends Defaults>(defaults: D, state: Record<string, unknown>): state is StateOf<D> {
  return Object.entries(defaults).every(([name, fallback]) => Array.isArray(state[name]) === Array.isArray(fallback));
}
