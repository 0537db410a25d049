import type { Liquid } from 'liquidjs';
import type { Names } from '../liquid/template-string-reads.js';

/** Position of a part of a template, with its engine and names. */
export interface CompileContext {
  /** Path in the template, for errors: `items.do.sku`. */
  readonly path: string;
  /** Path in the message, for `readsAt`: `items.*.sku`. */
  readonly messagePath: string;
  /**
   * Engine for the template strings. Each language has its own engine, because the engine formats numbers and dates.
   */
  readonly engine: Liquid;
  /** Nesting level of the part. The top of the template has level 1. */
  readonly depth: number;
  /** Names that template strings may use. */
  readonly names: Names;
  /** Paths that the conditions around the part read. */
  readonly tested: ReadonlySet<string>;
}

/**
 * Creates the context of a child of a template part. Without `messageKey`, the child belongs to a directive and is not
 * a field of the message.
 */
export function childContext(context: CompileContext, key: string, messageKey?: string): CompileContext {
  return {
    ...context,
    path: joinPath(context.path, key),
    messagePath: messageKey === undefined ? context.messagePath : joinPath(context.messagePath, messageKey),
    depth: context.depth + 1,
  };
}

/** Appends a key or index to a path. The empty path is the top. */
export function joinPath(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
