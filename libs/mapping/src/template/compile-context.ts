import type { Liquid } from 'liquidjs';
import type { Names } from '../liquid/template-string-reads.js';

/** Position of a part of a template, and what the part may use. */
export interface CompileContext {
  /** In the template, for errors: `items.do.sku`. */
  readonly path: string;
  /** In the message, for `readsAt`: `items.*.sku`. */
  readonly messagePath: string;
  /** What its template strings are parsed by: in another language, numbers and dates are written otherwise. */
  readonly engine: Liquid;
  /** 1 at the top. */
  readonly depth: number;
  /** The names it may use. */
  readonly names: Names;
}

/** The context of a part under a key or index. Without `messageKey` the part belongs to a directive and is not a field of the message. */
export function childContext(context: CompileContext, key: string, messageKey?: string): CompileContext {
  return {
    ...context,
    path: joinPath(context.path, key),
    messagePath: messageKey === undefined ? context.messagePath : joinPath(context.messagePath, messageKey),
    depth: context.depth + 1,
  };
}

/** One more key or index on a path; the empty path is the top. */
export function joinPath(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
