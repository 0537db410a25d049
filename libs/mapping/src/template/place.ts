import type { Liquid } from 'liquidjs';
import type { Names } from '../liquid/leaf-reads.js';

/** Where a part of a template stands. */
export interface Place {
  /** In the template, for errors: `items.do.sku`. */
  readonly path: string;
  /** In the message, for `readsAt`: `items.*.sku`. */
  readonly messagePath: string;
  /** What its leaves are parsed by: in another language, numbers and dates are written otherwise. */
  readonly engine: Liquid;
  /** 1 at the top. */
  readonly depth: number;
  /** The names it may use. */
  readonly names: Names;
}

/** The place of a part under a key or index; `messageKey` left out: a directive's part, which is no field of the message. */
export function below(place: Place, key: string, messageKey?: string): Place {
  return {
    ...place,
    path: joinPath(place.path, key),
    messagePath: messageKey === undefined ? place.messagePath : joinPath(place.messagePath, messageKey),
    depth: place.depth + 1,
  };
}

/** One more key or index on a path; the empty path is the top. */
export function joinPath(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
