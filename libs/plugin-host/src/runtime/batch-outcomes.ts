import type { AttemptOutcome } from '@patchbay/core';
import {
  isDeliveryError,
  type BatchOutcome,
  type BatchResult,
  type DeliveryError,
  type VendorResponse,
} from '@patchbay/plugin-sdk';
import { acceptedOutcome, type AnsweredOutcome } from './outcome.js';
import type { PluginCall } from './plugin-call.js';
import { withoutBody } from './plugin-failure.js';

const NOT_NAMED: AnsweredOutcome = {
  kind: 'unconfirmed',
  message:
    'The plugin returned no outcome for this message, or more than one, so the vendor may have received the message. ' +
    'Check with the vendor before you send it again.',
};

/** Outcomes of the messages of one call, in the order of the messages. */
export interface NamedOutcomes {
  readonly outcomes: readonly AttemptOutcome[];
  /** Number of messages without exactly one valid outcome. */
  readonly unnamed: number;
}

/** Facts with which the outcomes of a call are read. */
export interface OutcomeReading {
  /** Number of messages. */
  readonly size: number;
  /** True if the plugin has `poll`; without it, a pending message counts as accepted. */
  readonly canPoll: boolean;
  /** Converts the error of a message. */
  readonly failed: (error: DeliveryError) => AnsweredOutcome;
}

/**
 * Assigns the outcomes of `deliverBatch` to its messages. A message without exactly one valid outcome is unconfirmed.
 * Checks all types, because a plugin may be written in plain JavaScript.
 */
export function namedOutcomes(
  call: PluginCall,
  result: BatchResult | undefined | null,
  { size, canPoll, failed }: OutcomeReading,
): NamedOutcomes {
  const named = new Map<number, AnsweredOutcome | null>();
  const converted = (outcome: BatchOutcome): AnsweredOutcome =>
    outcome.error === undefined ? acceptedOutcome(call, outcome, canPoll) : failed(outcome.error);
  const given: unknown = result?.outcomes;
  for (const outcome of Array.isArray(given) ? given : []) {
    if (!isOutcome(outcome) || outcome.index >= size) continue;
    named.set(outcome.index, named.has(outcome.index) ? null : converted(outcome));
  }
  const response = result?.response === undefined ? undefined : call.redactResponse(result.response);
  const outcomes: AttemptOutcome[] = [];
  let unnamed = 0;
  for (let index = 0; index < size; index += 1) {
    const outcome = named.get(index) ?? NOT_NAMED;
    if (outcome === NOT_NAMED) unnamed += 1;
    outcomes.push(response === undefined ? outcome : withSharedResponse(outcome, response, index));
  }
  return { outcomes, unnamed };
}

/** Repeats the outcome of a whole call for each message. Only the first outcome keeps the body of the response. */
export function sharedOutcomes(outcome: AttemptOutcome, size: number): readonly AttemptOutcome[] {
  const rest = withoutBody(outcome);
  return Array.from({ length: size }, (_, index) => (index === 0 ? outcome : rest));
}

/** Adds the response to the whole call. The response about a single message takes precedence. */
function withSharedResponse(outcome: AnsweredOutcome, response: VendorResponse, index: number): AttemptOutcome {
  if (outcome.response !== undefined) return outcome;
  return { ...outcome, response: index === 0 ? response : { status: response.status } };
}

function isOutcome(value: unknown): value is BatchOutcome {
  if (typeof value !== 'object' || value === null || !('index' in value)) return false;
  const { index, error }: { readonly index: unknown; readonly error?: unknown } = value;
  return Number.isInteger(index) && Number(index) >= 0 && (error === undefined || isDeliveryError(error));
}
