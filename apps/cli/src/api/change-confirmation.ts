import {
  affectedTotal,
  describeAffected,
  describePrivacy,
  type AffectedDeliveries,
  type JsonObject,
  type NeedsConfirmation,
  type WaitingEffect,
} from '@patchbay/core';
import { InvalidArgumentError } from 'commander';
import { objectsAt, textAt, textsAt } from './json-reading.js';
import { printable } from '../output/printable.js';

/** Confirmation as options of the command line. */
export interface ConfirmationOptions {
  readonly confirm?: number;
  readonly confirmPrivacy?: boolean;
}

const EFFECTS: readonly WaitingEffect[] = ['end', 'hold', 'change_type'];

/** Reads what a change needs a confirmation for from an answer of the hub. */
export function needsIn(answer: JsonObject): NeedsConfirmation {
  return {
    affectedDeliveries: objectsAt(answer, 'affectedDeliveries').map((one): AffectedDeliveries => ({
      brand: textAt(one, 'brand') ?? '',
      destination: textAt(one, 'destination') ?? '',
      effect: EFFECTS.find((effect) => effect === textAt(one, 'effect')) ?? 'end',
      count: typeof one.count === 'number' ? one.count : 0,
    })),
    leavesPiiLess: textsAt(answer, 'leavesPiiLess'),
  };
}

/** One line per destination and brand that needs a confirmation. */
export function needsLines({ affectedDeliveries, leavesPiiLess }: NeedsConfirmation): readonly string[] {
  return [...affectedDeliveries.map(describeAffected), ...leavesPiiLess.map(describePrivacy)].map((line) =>
    printable(line),
  );
}

/** Options that confirm a change and were not given: `--confirm 2249`. */
export function missingOptions(needs: NeedsConfirmation, given: ConfirmationOptions): readonly string[] {
  const total = affectedTotal(needs);
  return [
    ...(total > (given.confirm ?? 0) ? [`--confirm ${total}`] : []),
    ...(needs.leavesPiiLess.length > 0 && given.confirmPrivacy !== true ? ['--confirm-privacy'] : []),
  ];
}

/** Reads the number of `--confirm`. */
export function readConfirm(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count)) return count;
  throw new InvalidArgumentError('It has to be a whole number: how many waiting deliveries may end or be held.');
}
