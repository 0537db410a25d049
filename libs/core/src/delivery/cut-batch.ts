import { ACTION } from '@patchbay/mapping';
import type { BatchLimits, Json, JsonObject } from '@patchbay/plugin-sdk';

/** Positions of the messages of a batch, by what happens to them. */
export interface BatchCut {
  /** Messages of the call, in their order. */
  readonly sent: readonly number[];
  /** Messages that fit only into a later call. */
  readonly surplus: readonly number[];
  /** Messages that fit into no call. */
  readonly oversized: readonly OversizedMessage[];
}

/** Message that is larger than the limit of a call. */
export interface OversizedMessage {
  readonly index: number;
  readonly bytes: number;
}

/**
 * Chooses the messages of one call by the limits of a batch. All have the action of the first message. Keeps the order:
 * after the first message of this action that does not fit, every later message is surplus.
 * @param messages messages in the order in which they are due; null for a delivery without a message
 */
export function cutBatch(
  messages: readonly (JsonObject | null)[],
  { size, bytes: limit = Infinity }: Pick<BatchLimits, 'size' | 'bytes'>,
): BatchCut {
  const sent: number[] = [];
  const surplus: number[] = [];
  const oversized: OversizedMessage[] = [];
  let used = BRACKETS;
  let action: Json | undefined;
  let isFull = false;
  for (const [index, message] of messages.entries()) {
    if (message === null) continue;
    const bytes = limit === Infinity ? 0 : Buffer.byteLength(JSON.stringify(message));
    const added = sent.length === 0 ? bytes : bytes + COMMA;
    if (bytes + BRACKETS > limit) oversized.push({ index, bytes: bytes + BRACKETS });
    else if (sent.length > 0 && message[ACTION] !== action) surplus.push(index);
    else if (isFull || sent.length >= size || used + added > limit) {
      surplus.push(index);
      isFull = true;
    } else {
      action = message[ACTION];
      sent.push(index);
      used += added;
    }
  }
  return { sent, surplus, oversized };
}

const BRACKETS = 2;
const COMMA = 1;
