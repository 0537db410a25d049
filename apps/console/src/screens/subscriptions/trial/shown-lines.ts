import { isMembers } from '../../../lib/merge-patch';
import { inputOf } from '../filter/rules';
import type { Trial } from './use-trial';

type Sample = Pick<Trial['samples'][number], 'before' | 'after' | 'changed'>;

/** Line of a message before or after a change. */
export interface ShownLine {
  readonly side: 'before' | 'after';
  readonly line: string;
}

/** Fields that stand for a message in one line. */
const TEXTS = ['body', 'title', 'subject', 'text', 'html', 'record'];

/** Returns the lines that show how a message changes: the changed fields, or its text if it is new or gone. */
export function shownLines({ before, after, changed }: Sample): ShownLine[] {
  const paths = changed.filter((path) => path.startsWith('message.')).map((path) => path.slice('message.'.length));
  const [first] = TEXTS.filter(
    (name) => valueAt(before?.message, name) !== undefined || valueAt(after?.message, name) !== undefined,
  );
  const shown = before !== null && after !== null && paths.length > 0 ? paths : first === undefined ? [] : [first];
  return shown.flatMap((path): ShownLine[] => {
    const [old, next] = [valueAt(before?.message, path), valueAt(after?.message, path)];
    const name = shown.length > 1 ? `${path}: ` : '';
    return [
      ...(old === undefined ? [] : [{ side: 'before' as const, line: name + inputOf(old) }]),
      ...(next === undefined ? [] : [{ side: 'after' as const, line: name + inputOf(next) }]),
    ];
  });
}

function valueAt(message: unknown, path: string): unknown {
  return path.split('.').reduce((value, key) => (isMembers(value) ? value[key] : undefined), message);
}
