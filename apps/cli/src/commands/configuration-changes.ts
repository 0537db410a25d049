import type { JsonObject } from '@patchbay/core';
import { objectsAt, textAt, textsAt } from '../api/json-reading.js';
import type { Paint } from '../output/paint.js';
import { printable } from '../output/printable.js';

const SIGNS: Readonly<Record<string, readonly [sign: string, colour: keyof Paint]>> = {
  create: ['+', 'good'],
  update: ['~', 'warn'],
  enable: ['+', 'good'],
  disable: ['-', 'warn'],
  delete: ['-', 'bad'],
};

/** The changes in an answer of `apply` that change anything. */
export function changesIn(answer: JsonObject): readonly JsonObject[] {
  return objectsAt(answer, 'changes').filter((change) => textAt(change, 'action') !== 'unchanged');
}

/** One line per change: `+ destination acme/sms`, `~ subscription acme/points-sms (when, mapping)`. */
export function changeLines(changes: readonly JsonObject[], paint: Paint): string[] {
  return changes.map((change) => {
    const action = textAt(change, 'action') ?? '';
    const [sign, colour] = SIGNS[action] ?? ['?', 'warn'];
    const fields = textsAt(change, 'fields');
    const oldName = textAt(change, 'renamedFrom');
    const told =
      oldName === undefined ? fields : [`renamed from ${oldName}`, ...fields.filter((one) => one !== 'name')];
    const suffix = told.length === 0 || (action !== 'update' && oldName === undefined) ? '' : ` (${told.join(', ')})`;
    const text = `${action.padEnd(8)} ${textAt(change, 'kind') ?? ''} ${textAt(change, 'name') ?? ''}${suffix}`;
    return `${paint[colour](sign)} ${printable(text)}`;
  });
}
