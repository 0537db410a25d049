import {
  defineDestination,
  DeliveryError,
  isDeliveryError,
  type DeliveryContext,
  type DestinationContext,
  type HttpResponse,
} from '@patchbay/plugin-sdk';
import { authorize } from './authorization.js';
import { encodeBody, reservedHeader } from './request-parts.js';
import { standardWebhookHeaders } from './signature.js';
import { WebhookCredentials, WebhookMessage, WebhookSettings } from './webhook.dto.js';

type Context = DestinationContext<WebhookCredentials, WebhookSettings>;

/**
 * Any receiver of Standard Webhooks. Receivers drop a message with a webhook-id that they know, so an unconfirmed
 * delivery is retried.
 */
export const webhook = defineDestination({
  type: 'webhook',
  label: 'Webhook',
  description: 'Sends the event as a signed webhook (Standard Webhooks) to any URL, as JSON or as a form.',
  category: 'webhook',
  docsUrl: 'https://www.standardwebhooks.com',
  limits: { concurrency: 50, timeoutMs: 15_000 },
  contract: 1,
  idempotent: true,
  credentials: WebhookCredentials,
  settings: WebhookSettings,
  message: WebhookMessage,

  /**
   * Fetches a token if OAuth 2.0 is set, then sends a GET to the URL. By the rules of HTTP, a GET changes nothing.
   * Sends no event. Most receivers answer 404 or 405. Any status except 401, 403, 410 and 5xx shows that a receiver
   * exists. Only a real event can show that a signing secret is right.
   */
  async verify(context) {
    checkOwnHeaders(context);
    const { header } = await authorize(context);
    const { status } = await context.http.exchange({
      method: 'GET',
      url: context.settings.url,
      headers: { ...context.settings.headers, ...header },
      readsOnly: true,
    });
    const hint = `The URL answered ${String(status)} to a GET`;
    if (status === 401 || status === 403)
      throw new DeliveryError(
        'credentials',
        `${hint}: the receiver refuses the credentials. Correct the credentials, then verify the destination.`,
      );
    if (status === 410)
      throw new DeliveryError('rejected', `${hint}: the receiver is permanently gone. Correct the URL.`);
    if (status >= 500 && status !== 501)
      throw new DeliveryError(
        'transient',
        `${hint}: the receiver has a server error. Verify the destination again later.`,
      );
  },

  async deliver(context, message) {
    checkOwnHeaders(context);
    const reserved = reservedHeader(message.headers ?? {}, hasLogin(context.credentials));
    if (reserved !== undefined) {
      throw new DeliveryError(
        'mapping',
        `The mapping must not set the header "${reserved}". Remove it from "headers".`,
      );
    }
    const body = encodeBody(context.settings.format, message.body);
    const { status, text } = await sendOnce(context, message, body);
    return { response: { status, body: text.slice(0, 4_096) } };
  },
});

/**
 * Sends one request. If the receiver refuses the token, a new token is fetched once, because a token may expire early.
 */
async function sendOnce(
  context: DeliveryContext<WebhookCredentials, WebhookSettings>,
  message: WebhookMessage,
  body: string,
): Promise<HttpResponse> {
  const authorization = await authorize(context);
  try {
    return await send(context, message, body, authorization.header);
  } catch (error) {
    const status = isDeliveryError(error) ? error.response?.status : undefined;
    if (status === 410) {
      const words = 'The receiver answered 410: it is permanently gone. Correct the URL, then resume the destination.';
      throw new DeliveryError('rejected', words, { response: { status }, disableDestination: true, cause: error });
    }
    if (status !== 401 || !authorization.drop) throw error;
    authorization.drop();
    return send(context, message, body, (await authorize(context)).header);
  }
}

function send(
  { credentials, settings, http, delivery, now }: DeliveryContext<WebhookCredentials, WebhookSettings>,
  message: WebhookMessage,
  body: string,
  authorization: Readonly<Record<string, string>>,
): Promise<HttpResponse> {
  return http.send({
    method: settings.method,
    url: settings.url,
    // The brand's headers never contain these names in any letter case, because reservedHeader refuses them.
    headers: {
      'content-type': settings.format === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
      ...standardWebhookHeaders(delivery.idempotencyKey, now(), body, credentials.signingSecrets ?? []),
      ...settings.headers,
      ...message.headers,
      ...authorization,
    },
    body,
  });
}

function checkOwnHeaders({ credentials, settings }: Context): void {
  const reserved = reservedHeader(settings.headers ?? {}, hasLogin(credentials));
  if (reserved === undefined) return;
  throw new DeliveryError('credentials', `The setting "headers" must not contain "${reserved}". Remove it.`);
}

function hasLogin({ basic, bearer, oauth2 }: WebhookCredentials): boolean {
  return basic !== undefined || bearer !== undefined || oauth2 !== undefined;
}
