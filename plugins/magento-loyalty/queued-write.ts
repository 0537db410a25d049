import { setTimeout as pause } from 'node:timers/promises';
import { DeliveryError, isJsonObject, jsonObjectIn, objectsIn, type Json } from '@patchbay/plugin-sdk';
import { withoutPeople } from './errors.js';
import { callMagento, type MagentoContext } from './magento-api.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Adds a write to the message queue of the store and waits until the queue's consumer has finished the write. From
 * "Asynchronous web endpoints" and "Bulk operation status endpoints". Resolves with the id of the bulk. The wait is
 * needed because a customer that is read before the write has finished would restore the old state.
 */
export async function writeQueued(context: MagentoContext, path: string, json: Json): Promise<string> {
  const accepted = await callMagento(context, { method: 'PUT', path, json, queued: true });
  const uuid = jsonObjectIn(accepted.text)?.bulk_uuid;
  if (typeof uuid !== 'string') {
    throw new DeliveryError(
      'unconfirmed',
      'Magento queued the change, but its response has no bulk_uuid. Check the customer in the store.',
    );
  }
  const status = { method: 'GET', path: `bulk/${encodeURIComponent(uuid)}/status` } as const;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    await pause(pauseMs, undefined, { signal: context.signal });
    const operation = operationIn((await callMagento(context, status)).json());
    if (operation.status === 1) return uuid;
    if (operation.status !== 4) throw failure(operation);
  }
}

interface Operation {
  readonly status: number;
  readonly words: string;
}

/** Returns the only operation of the bulk. Throws if the response has no operation. */
function operationIn(bulk: Json): Operation {
  const [operation = {}] = isJsonObject(bulk) ? objectsIn(bulk.operations_list) : [];
  const { status, result_message: message } = operation;
  if (typeof status !== 'number') {
    throw new DeliveryError(
      'unconfirmed',
      'Magento queued the change, but does not report its status. Check the customer in the store.',
    );
  }
  return { status, words: typeof message === 'string' ? `: ${withoutPeople(message)}` : '' };
}

/**
 * Returns the error for an operation that failed. Its status is 2 (failed, may be retried), 3 (failed permanently) or 5
 * (rejected).
 */
function failure({ status, words }: Operation): DeliveryError {
  return new DeliveryError(
    status === 2 ? 'transient' : 'rejected',
    `Magento did not make the queued change: its queue reports the status ${String(status)}${words}`,
    { vendorCode: String(status) },
  );
}
