import type { AttemptOutcome, DeliverBatchRequest } from '@patchbay/core';
import { toInstance, type DeliveryError } from '@patchbay/plugin-sdk';
import { deliveryValues } from '../redaction/sensitive-values.js';
import { namedOutcomes, sharedOutcomes } from './batch-outcomes.js';
import type { HostLogger } from './host-ports.js';
import { attemptRequest, failedOutcome, type AnsweredOutcome } from './outcome.js';
import { PluginCall } from './plugin-call.js';
import { afterServerError, preventedOutcome, toDeliveryError, type FailedCall } from './plugin-failure.js';
import type { PluginRuntime } from './plugin-runtime.js';

/**
 * Runs one call of `deliverBatch`. Returns one outcome per message, in the order of the messages. Never throws. If the
 * whole call failed, every message has its outcome.
 */
export async function deliverBatch(
  runtime: PluginRuntime,
  { destination, batchId, messages, beforeWrite, signal }: DeliverBatchRequest,
  logger: HostLogger,
): Promise<readonly AttemptOutcome[]> {
  const { definition } = runtime.plugin;
  const { facts } = runtime;
  const prepared = runtime.prepared.get(destination) ?? runtime.prepare(destination);
  const call = new PluginCall(prepared.timeLimitMs, signal, beforeWrite, () => {
    const values = messages.flatMap((one) => deliveryValues(one, one.message, runtime.personal));
    return [...prepared.secrets, ...new Set(values)];
  });
  const isIdempotent = (): boolean => facts.batch(destination.settings)?.idempotent !== undefined;
  const failedWith = (error: DeliveryError): AnsweredOutcome =>
    failedOutcome(call, afterServerError(error, call, isIdempotent), runtime.ports.clock.now());
  const request = (outcomes: readonly AttemptOutcome[]): readonly AttemptOutcome[] => {
    const sent = attemptRequest(call);
    return outcomes.map((outcome) => ({ ...outcome, ...sent }));
  };
  try {
    if (definition.deliverBatch === undefined) throw new TypeError('the plugin has no deliverBatch');
    const context = Object.assign(runtime.contextFor(destination, prepared, call), { batch: { id: batchId } });
    const own = messages.map(({ message, event, delivery }) => ({
      message: toInstance(definition.message, message),
      event,
      delivery,
    }));
    const result = await Promise.race([definition.deliverBatch(context, own), call.abandoned]);
    const { outcomes, unnamed } = namedOutcomes(call, result, messages.length, failedWith);
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
