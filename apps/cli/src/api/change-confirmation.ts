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

/** Command line options that confirm a change. */
export interface ConfirmationOptions {
  readonly confirm?: number;
  readonly confirmPrivacy?: boolean;
}

const EFFECTS: readonly WaitingEffect[] = ['end', 'hold', 'change_type'];

/** Reads the effects of a change that need a confirmation from a response of the hub. */
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

/** Describes each effect that needs a confirmation, one line per destination or brand. */
export function needsLines({ affectedDeliveries, leavesPiiLess }: NeedsConfirmation): readonly string[] {
  return [...affectedDeliveries.map(describeAffected), ...leavesPiiLess.map(describePrivacy)].map((line) =>
    printable(line),
  );
}

/** Returns the options that are still missing to confirm a change, for example `--confirm 2249`. */
export function missingOptions(needs: NeedsConfirmation, given: ConfirmationOptions): readonly string[] {
  const total = affectedTotal(needs);
  return [
    ...(total > (given.confirm ?? 0) ? [`--confirm ${total}`] : []),
    ...(needs.leavesPiiLess.length > 0 && given.confirmPrivacy !== true ? ['--confirm-privacy'] : []),
  ];
}

/** Parses the number of `--confirm`. */
export function readConfirm(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count)) return count;
  throw new InvalidArgumentError(
    'Use a whole number: the number of waiting deliveries that the change may end, hold or change.',
  );
}
