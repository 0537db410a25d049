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

/** Any receiver of Standard Webhooks; receivers drop a repeated webhook-id, so an unconfirmed outcome is retried. */
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
   * Gets a token where OAuth 2.0 is set, then asks the URL with GET, which by HTTP's own rules changes nothing; no event
   * is sent. Most receivers answer 404 or 405 to it: any answer but 401, 403, 410 and 5xx shows that one is there. A
   * signing secret can only be told right from wrong by a real event.
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
      throw new DeliveryError('credentials', `${hint}: it refuses the credentials.`);
    if (status === 410) throw new DeliveryError('rejected', `${hint}: the receiver is gone for good.`);
    if (status >= 500 && status !== 501) throw new DeliveryError('transient', `${hint}: the receiver is out of order.`);
  },

  async deliver(context, message) {
    checkOwnHeaders(context);
    const reserved = reservedHeader(message.headers ?? {}, hasLogin(context.credentials));
    if (reserved !== undefined) {
      throw new DeliveryError('mapping', `The mapping may not set the header "${reserved}"; take it out of "headers".`);
    }
    const body = encodeBody(context.settings.format, message.body);
    const { status, text } = await sendOnce(context, message, body);
    return { response: { status, body: text.slice(0, 4_096) } };
  },
});

/** One attempt; a token that the receiver refuses is fetched anew once, because a token may end before its time. */
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
      const words = 'The receiver answered 410: it is gone for good. Correct the URL, then resume the destination.';
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
    // None of these names can be among the author's own: reservedHeader refuses them, in whatever case.
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
  throw new DeliveryError('credentials', `The setting "headers" may not hold "${reserved}"; take it out of there.`);
}

function hasLogin({ basic, bearer, oauth2 }: WebhookCredentials): boolean {
  return basic !== undefined || bearer !== undefined || oauth2 !== undefined;
}
