import { defineDestination, DeliveryError } from '@patchbay/plugin-sdk';
import { batchProblems, sortBatch } from './batch.js';
import { encodeBody, MAX_BODY_BYTES } from './body.js';
import { unreachableError } from './errors.js';
import { checkMessageHeaders, checkOwnHeaders } from './headers.js';
import { placeholderProblem, requestUrl } from './request-url.js';
import { probe, send } from './send.js';
import { WebhookCredentials, WebhookMessage, WebhookSettings } from './webhook.dto.js';

/**
 * Destination type for any receiver of Standard Webhooks. Receivers drop a message whose webhook-id they already know,
 * so the hub retries an unconfirmed delivery.
 */
export default defineDestination({
  type: 'webhook',
  label: 'Webhook',
  description: 'Sends the event as a signed webhook (Standard Webhooks) or as any other request, as JSON or as a form.',
  category: 'webhook',
  messaging: null,
  docsUrl: 'https://www.standardwebhooks.com',
  limits: { concurrency: 50, timeoutMs: 15_000 },
  contract: 2,
  contextHttpOnly: true,
  idempotent: true,
  credentials: WebhookCredentials,
  settings: WebhookSettings,
  message: WebhookMessage,

  batch: ({ batch }) => batch && { size: batch.size, within: batch.within, bytes: MAX_BODY_BYTES, idempotent: 'batch' },

  checkSettings(settings) {
    const message = placeholderProblem(settings.url);
    return message === undefined ? batchProblems(settings) : [{ field: 'url', message }];
  },

  /**
   * Fetches a token if OAuth 2.0 is set, then sends a GET to the URL before its first placeholder. A GET changes nothing
   * by the rules of HTTP. Sends no event. Only a real event can show that a signing secret is right.
   */
  async verify(context) {
    checkOwnHeaders(context);
    const error = unreachableError(await probe(context));
    if (error !== undefined) throw error;
  },

  async deliver(context, message) {
    const { credentials, settings, delivery } = context;
    if (settings.headers ?? credentials.headers) checkOwnHeaders(context);
    if (message.headers) checkMessageHeaders(message.headers, credentials);
    const { method, format } = settings;
    const url = requestUrl(settings.url, message.parameters, message.query);
    const body = message.body === undefined ? '' : encodeBody(format, message.body);
    if (method === 'GET' && body !== '') {
      throw new DeliveryError('mapping', 'A GET request has no body. Map "parameters" or "query" instead of "body".');
    }
    return { response: await send(context, { id: delivery.idempotencyKey, url, body, headers: message.headers }) };
  },

  async deliverBatch(context, messages) {
    checkOwnHeaders(context);
    const { outcomes, bodies } = sortBatch(messages);
    if (bodies.length === 0) return { outcomes };
    const body = encodeBody('json', bodies);
    const response = await send(context, { id: context.batch.id, url: context.settings.url, body });
    return { outcomes, response };
  },
});
