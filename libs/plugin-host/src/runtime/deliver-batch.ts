import type { AttemptOutcome, DeliverBatchRequest } from '@patchbay/core';
import { toInstance, type DeliveryError } from '@patchbay/plugin-sdk';
import { deliveryValues } from '../redaction/sensitive-values.js';
import { namedOutcomes, sharedOutcomes } from './batch-outcomes.js';
import type { HostLogger } from './host-ports.js';
import { attemptRequest, failedOutcome, type AnsweredOutcome } from './outcome.js';
import type { PluginAction } from './plugin-actions.js';
import { PluginCall } from './plugin-call.js';
import { afterServerError, preventedOutcome, toDeliveryError, type FailedCall } from './plugin-failure.js';
import type { PluginRuntime } from './plugin-runtime.js';

/**
 * Runs one call of `deliverBatch`. Returns one outcome per message, in the order of the messages. Never throws. If the
 * whole call failed, every message has its outcome.
 */
export async function deliverBatch(
  runtime: PluginRuntime,
  { destination, batchId, messages, beforeWrite, signal, trace }: DeliverBatchRequest,
  logger: HostLogger,
): Promise<readonly AttemptOutcome[]> {
  const { definition } = runtime.plugin;
  const { facts } = runtime;
  const prepared = runtime.prepared.get(destination) ?? runtime.prepare(destination);
  const sensitive = (): readonly string[] => {
    const values = messages.flatMap((one) => {
      const { personal = [] } = runtime.actions.of(one.message) ?? {};
      return deliveryValues(one, one.message, personal);
    });
    return [...prepared.secrets, ...new Set(values)];
  };
  const call = new PluginCall(prepared.timeLimitMs, signal, beforeWrite, sensitive, trace);
  // A batch that the vendor ignores as a whole must be repeated unchanged, and only unconfirmed batches are.
  const isIdempotent = (): boolean => facts.batch(destination.settings)?.idempotent === 'message';
  const failedWith = (error: DeliveryError): AnsweredOutcome =>
    failedOutcome(call, afterServerError(error, call, isIdempotent), runtime.ports.clock.now());
  const request = (outcomes: readonly AttemptOutcome[]): readonly AttemptOutcome[] => {
    const sent = attemptRequest(call);
    return outcomes.map((outcome) => ({ ...outcome, ...sent }));
  };
  try {
    const action = actionOf(runtime, messages);
    if (action.deliverBatch === undefined) throw new TypeError('the plugin has no deliverBatch');
    const context = Object.assign(runtime.contextFor(destination, prepared, call), { batch: { id: batchId } });
    const own = messages.map(({ message, event, delivery }) => ({
      message: toInstance(action.message, message),
      event,
      delivery,
    }));
    const result = await Promise.race([action.deliverBatch(context, own), call.abandoned]);
    const { outcomes, unnamed } = namedOutcomes(call, result, {
      ...{ size: messages.length, canPoll: definition.poll !== undefined, failed: failedWith },
    });
    if (unnamed > 0) {
      const fields = { type: destination.type, destinationId: destination.id, batchId, unnamed };
      logger.error(fields, 'plugin did not return exactly one outcome per message');
    }
    return request(outcomes);
  } catch (error) {
    const failed: FailedCall = { call, definition, destination, deliveryId: null };
    const prevented = preventedOutcome(error, failed, logger);
    if (prevented !== undefined) return sharedOutcomes(prevented, messages.length);
    return request(sharedOutcomes(failedWith(toDeliveryError(error, failed, logger)), messages.length));
  } finally {
    call.done();
  }
}

/** Returns the action of all messages of a call. Throws if they have different actions, because a call has one action. */
function actionOf(runtime: PluginRuntime, messages: DeliverBatchRequest['messages']): PluginAction['definition'] {
  const [action, ...others] = new Set(messages.map(({ message }) => runtime.actions.of(message)));
  if (action === undefined || others.length > 0) throw new TypeError('the messages of a batch do not have one action');
  return action.definition;
}
