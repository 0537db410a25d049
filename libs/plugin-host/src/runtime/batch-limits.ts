import { MAX_BATCH_SIZE, MAX_BATCH_WITHIN_MS } from '@patchbay/plugin-sdk';

/**
 * Returns the problem of the member `batch` of a definition, or of the result of its function. Undefined if the limits
 * are valid.
 */
export function batchLimitsProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'batch must be an object, or a function of the settings';
  const { size, bytes, within, idempotent, rateCounts, ...unknown }: Partial<Record<string, unknown>> = { ...value };
  const [name] = Object.keys(unknown);
  if (name !== undefined) {
    return `batch.${name} is unknown; known are size, bytes, within, idempotent, rateCounts`;
  }
  if (!isWhole(size) || size < 1 || size > MAX_BATCH_SIZE) {
    return `batch.size must be a whole number from 1 to ${MAX_BATCH_SIZE}`;
  }
  if (!isWhole(within) || within < 0 || within > MAX_BATCH_WITHIN_MS) {
    return `batch.within must be a whole number of milliseconds, at most ${MAX_BATCH_WITHIN_MS}`;
  }
  if (bytes !== undefined && (!isWhole(bytes) || bytes < 1)) return 'batch.bytes must be a whole number above 0';
  if (idempotent !== undefined && idempotent !== 'batch' && idempotent !== 'message') {
    return 'batch.idempotent must be "batch" or "message"; leave it out if the vendor ignores no repetition';
  }
  if (rateCounts !== undefined && rateCounts !== 'messages' && rateCounts !== 'calls') {
    return 'batch.rateCounts must be "messages" or "calls"';
  }
  return undefined;
}

function isWhole(value: unknown): value is number {
  return Number.isInteger(value);
}
