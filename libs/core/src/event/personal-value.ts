import type { HiddenPath } from '@patchbay/mapping';
import type { RemovedValue } from './paths.js';

/**
 * Personal value with its original path, which consists of the root `data` or `attributes` and the path below this
 * root.
 */
export interface PersonalValue extends RemovedValue {
  readonly root: 'data' | 'attributes';
}

/** Returns the path of a personal value in the form that filters use. */
export function hiddenPathOf({ root, path }: PersonalValue): HiddenPath {
  return [root, ...path];
}
