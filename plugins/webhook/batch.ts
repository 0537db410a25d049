import {
  DeliveryError,
  type BatchMessage,
  type BatchOutcome,
  type Json,
  type SettingProblem,
} from '@patchbay/plugin-sdk';
import type { WebhookMessage, WebhookSettings } from './webhook.dto.js';

/** Returns the settings that exclude batches. Empty if the destination has no batches. */
export function batchProblems({ batch, format, method, url }: WebhookSettings): readonly SettingProblem[] {
  if (batch === undefined) return [];
  const problems: SettingProblem[] = [];
  if (format !== 'json') problems.push({ field: 'format', message: 'must be json, because a batch is an array' });
  if (method === 'GET') problems.push({ field: 'method', message: 'must not be GET, because a batch needs a body' });
  if (url.includes('{')) {
    problems.push({
      field: 'url',
      message: 'must not have placeholders, because the messages of a batch share the URL',
    });
  }
  return problems;
}

/** Messages of a batch: the bodies to send, and the outcomes if the receiver accepts the request. */
interface SortedBatch {
  readonly outcomes: readonly BatchOutcome[];
  readonly bodies: Json[];
}

/** Refuses messages that need a request of their own, and returns the bodies of the others in their order. */
export function sortBatch(messages: readonly BatchMessage<WebhookMessage>[]): SortedBatch {
  const outcomes: BatchOutcome[] = [];
  const bodies: Json[] = [];
  for (const [index, { message }] of messages.entries()) {
    const { body, parameters, query, headers } = message;
    if (body === undefined || (parameters ?? query ?? headers) !== undefined) {
      outcomes.push({ index, error: new DeliveryError('mapping', ONLY_BODY) });
      continue;
    }
    outcomes.push({ index });
    bodies.push(body);
  }
  return { outcomes, bodies };
}

const ONLY_BODY =
  'A message of a batch has a body only. Map "body" without "parameters", "query" and "headers", or remove "batch" ' +
  'from the settings of the destination.';
