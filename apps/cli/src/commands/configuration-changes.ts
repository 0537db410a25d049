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

/** Returns the changes in a response of `apply`. Leaves out entries with the action `unchanged`. */
export function changesIn(answer: JsonObject): readonly JsonObject[] {
  return objectsAt(answer, 'changes').filter((change) => textAt(change, 'action') !== 'unchanged');
}

/** Formats one line per change, for example `~ update   subscription acme/points-sms (when, mapping)`. */
export function changeLines(changes: readonly JsonObject[], paint: Paint): string[] {
  return changes.map((change) => {
    const action = textAt(change, 'action') ?? '';
    const [sign, colour] = SIGNS[action] ?? ['?', 'warn'];
    const fields = textsAt(change, 'fields');
    const oldName = textAt(change, 'renamedFrom');
    const details =
      oldName === undefined ? fields : [`renamed from ${oldName}`, ...fields.filter((field) => field !== 'name')];
    const isShown = details.length > 0 && (action === 'update' || oldName !== undefined);
    const suffix = isShown ? ` (${details.join(', ')})` : '';
    const text = `${action.padEnd(8)} ${textAt(change, 'kind') ?? ''} ${textAt(change, 'name') ?? ''}${suffix}`;
    return `${paint[colour](sign)} ${printable(text)}`;
  });
}
