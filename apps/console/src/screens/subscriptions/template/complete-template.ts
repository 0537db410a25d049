import { fieldsBelow, ROOTS, type EventShape } from '../model/event-fields';

/** Filter of templates, as the hub lists it. */
export interface TemplateFilter {
  readonly name: string;
  readonly description: string;
}

/** Fields and filters that completion offers. */
export interface TemplateScope extends EventShape {
  readonly filters: readonly TemplateFilter[];
}

/** Entry of the completion. */
export interface Suggestion {
  readonly label: string;
  /** Type and example of a field, or the description of a filter. */
  readonly detail: string;
  readonly kind: 'field' | 'filter';
}

/** Suggestions for the text before the caret, and the length of the word that they replace. */
export interface Completion {
  readonly replaced: number;
  readonly suggestions: readonly Suggestion[];
}

const FILTER_AT_END = /\|\s*([a-z_0-9]*)$/;
const PATH_AT_END = /(?:^|[^\w.])([A-Za-z_][\w-]*(?:\.[\w-]+)*\.)?([\w-]*)$/;

/**
 * Returns the completion for a caret within `{{ … }}` or `{% … %}`: fields of the event after a path, names of filters
 * after `|`. Null outside of them.
 */
export function completeTemplate(before: string, scope: TemplateScope): Completion | null {
  const inside = openPart(before);
  if (inside === null) return null;
  const filter = FILTER_AT_END.exec(inside);
  if (filter !== null) {
    const suggestions = scope.filters.map(({ name, description }) => ({
      label: name,
      detail: description,
      kind: 'filter' as const,
    }));
    return { replaced: filter[1]?.length ?? 0, suggestions };
  }
  const path = PATH_AT_END.exec(inside);
  if (path === null) return null;
  const [, parent, word = ''] = path;
  if (parent === undefined) {
    return {
      replaced: word.length,
      suggestions: ROOTS.map((label) => ({ label, detail: '', kind: 'field' as const })),
    };
  }
  const suggestions = fieldsBelow(parent.slice(0, -1), scope).map(({ name, type, example }) => ({
    label: name,
    detail: [type, example].filter((part) => part !== '').join(' '),
    kind: 'field' as const,
  }));
  return { replaced: word.length, suggestions };
}

/** Returns the text after the last opening mark that is not closed. Null if the caret is in plain text or in a string. */
function openPart(before: string): string | null {
  const open = Math.max(before.lastIndexOf('{{'), before.lastIndexOf('{%'));
  if (open === -1) return null;
  const inside = before.slice(open + 2);
  if (inside.includes('}}') || inside.includes('%}')) return null;
  const isQuoted = (inside.match(/"/g) ?? []).length % 2 === 1;
  return isQuoted ? null : inside;
}
