import type { AttemptOutcome, OpenDestination } from '@patchbay/core';
import {
  DeliveryError,
  deliveryErrorIn,
  isDeliveryError,
  mayHaveAccepted,
  type AnyDestinationDefinition,
  type DeliveryErrorKind,
} from '@patchbay/plugin-sdk';
import type { HostLogger } from './host-ports.js';
import { AbandonedError, type PluginCall } from './plugin-call.js';

/** Call of a plugin in which an error was thrown. */
export interface FailedCall {
  readonly call: Pick<PluginCall, 'aborted' | 'mayHaveBeenSent' | 'refusal' | 'wasSent'>;
  readonly definition: AnyDestinationDefinition;
  readonly destination: OpenDestination;
  /** Id of the delivery. Null for the test of a destination's credentials, and for a batch. */
  readonly deliveryId: string | null;
}

/**
 * Error thrown into the plugin if the hub cannot grant a lock or read a token, and recognised when the plugin rethrows
 * it. Its message becomes the outcome of the attempt.
 */
export class HubUnavailableError extends Error {
  override readonly name = 'HubUnavailableError';
}

/**
 * Converts any thrown value to a DeliveryError. Any other error is a bug of the plugin and is logged without its
 * message.
 */
export function toDeliveryError(error: unknown, failed: FailedCall, logger: HostLogger): DeliveryError {
  if (isDeliveryError(error)) return error;
  const { call, definition, destination, deliveryId } = failed;
  const own = classified(error, definition) ?? deliveryErrorIn(error);
  if (own !== undefined) return own;
  if (call.aborted) {
    return call.mayHaveBeenSent
      ? new DeliveryError(
          'unconfirmed',
          'The attempt was stopped after a request was sent, so the vendor may have received the message. Check ' +
            'with the vendor before you send it again.',
        )
      : new DeliveryError(
          'transient',
          'The attempt was stopped before a request was sent. The hub retries the delivery.',
        );
  }
  const name = error instanceof Error ? error.name : typeof error;
  logger.error(
    { type: destination.type, destinationId: destination.id, deliveryId, error: name, stack: frames(error) },
    'plugin threw an error that is not a DeliveryError',
  );
  const text =
    `The plugin ${destination.type} failed with an unexpected ${name}. Find its stack in the log and ` +
    'fix the plugin.';
  return new DeliveryError(call.wasSent ? 'unconfirmed' : 'transient', text);
}

/**
 * Returns the outcome of an attempt that the hub itself prevented before the plugin could send. The hub either refused
 * the request, or could not grant a lock or read a token. Such an attempt does not count. Returns undefined for any other error.
 */
export function preventedOutcome(error: unknown, failed: FailedCall, logger: HostLogger): AttemptOutcome | undefined {
  const { call, destination, deliveryId } = failed;
  if (call.refusal !== undefined && !call.wasSent) return call.refusal;
  if (!(error instanceof HubUnavailableError)) return undefined;
  const fields = { type: destination.type, destinationId: destination.id, deliveryId, err: error.cause };
  logger.error(fields, 'lock or token request of a plugin failed');
  return { kind: 'internal_error', message: error.message };
}

function classified(error: unknown, definition: AnyDestinationDefinition): DeliveryError | undefined {
  if (error instanceof AbandonedError) return undefined;
  try {
    const named: unknown = definition.classify?.(error);
    return isDeliveryError(named) ? named : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Replaces `transient` by `unconfirmed` if the vendor answered the request of the message with a server error after
 * which it may have accepted the message. Applies to all plugins whose vendor does not ignore repeated messages.
 */
export function afterServerError(
  error: DeliveryError,
  call: Pick<PluginCall, 'wasSent' | 'usedClient'>,
  isIdempotent: () => boolean,
): DeliveryError {
  const { kind, response, safeToRepeat } = error;
  if (kind !== 'transient' || safeToRepeat || response === undefined || !mayHaveAccepted(response.status)) return error;
  // A plugin that never used the hub's client may have sent the message with the vendor's SDK.
  const wasSent = call.wasSent || !call.usedClient;
  if (!wasSent || isIdempotent()) return error;
  return withKind(error, 'unconfirmed', `${error.message.replace(/\.?$/, '.')} ${MAYBE_ACCEPTED}`);
}

const MAYBE_ACCEPTED = 'The vendor may have accepted the message, so it could arrive twice if it is sent again.';

/** Replaces `unconfirmed` by `transient` for calls that send no message. */
export function asTransient(error: DeliveryError): DeliveryError {
  return withKind(error, error.kind === 'unconfirmed' ? 'transient' : error.kind, error.message, true);
}

function withKind(
  error: DeliveryError,
  kind: DeliveryErrorKind,
  message: string,
  safeToRepeat = error.safeToRepeat,
): DeliveryError {
  const { retryAfterMs, retryAt, response, vendorCode, suppress, refused, cause } = error;
  const { disableDestination, recipientOnly, suspectsDestination } = error;
  return new DeliveryError(kind, message, {
    retryAfterMs,
    retryAt,
    response,
    vendorCode,
    disableDestination,
    safeToRepeat,
    recipientOnly,
    suspectsDestination,
    suppress,
    refused,
    cause,
  });
}

/** Removes the vendor's body. During a poll the message is not available, so its values could not be redacted. */
export function withoutBody(outcome: AttemptOutcome): AttemptOutcome {
  if (!('response' in outcome)) return outcome;
  return { ...outcome, response: { status: outcome.response.status } };
}

/** Returns the frames of a stack trace without the error message. */
function frames(error: unknown): string[] {
  if (!(error instanceof Error) || error.stack === undefined) return [];
  return error.stack
    .split('\n')
    .filter((line) => /^ {4}at /.test(line))
    .slice(0, 10);
}
