import type { ReplayCount } from '../watch/replay-request';

type Difference = ReplayCount['sample'][number]['difference'];

/** Field of a message that the current mapping makes differently. */
export interface ChangedField {
  readonly path: string;
  /** Text of the value; `–` if it is not set. */
  readonly before: string;
  readonly after: string;
}

/** Returns the fields that differ between the recorded and the current version, with both values. */
export function changedFields(difference: Difference): ChangedField[] {
  if (difference === null) return [];
  const { recorded, current, changed } = difference;
  return changed.map((path) => ({ path, before: textAt(recorded, path), after: textAt(current, path) }));
}

function textAt(value: unknown, path: string): string {
  const found = path
    .split('.')
    .reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined), value);
  if (found === undefined || found === null) return '–';
  return typeof found === 'string' ? found : JSON.stringify(found);
}
