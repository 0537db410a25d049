import { isSuccess, recordedResponse, type HttpResponse, type VendorResponse } from '@patchbay/plugin-sdk';
import { authorized, type WebhookContext } from './authorization.js';
import { receiverError } from './errors.js';
import { fixedPart } from './request-url.js';
import { standardWebhookHeaders } from './standard-webhooks.js';

/** Request to the receiver. */
interface WebhookRequest {
  /** Value of the header `webhook-id`. */
  readonly id: string;
  readonly url: string;
  /** Encoded body; empty if the request has no body. */
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Sends a signed request. Throws a DeliveryError if the receiver refuses it. */
export async function send(
  context: WebhookContext,
  { id, url, body, headers }: WebhookRequest,
): Promise<VendorResponse> {
  const { credentials, settings, http, now } = context;
  const { method, format } = settings;
  const response = await authorized(context, (authorization) =>
    http.exchange({
      method,
      url,
      // The brand's headers never contain the names of the hub's own headers in any letter case, because headers.ts
      // refuses them.
      headers: {
        'content-type': format === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
        ...standardWebhookHeaders(id, now(), body, credentials.signingSecrets ?? []),
        ...settings.headers,
        ...headers,
        ...credentials.headers,
        ...authorization,
      },
      ...(body !== '' && { body }),
    }),
  );
  if (!isSuccess(response)) throw receiverError(response);
  return recordedResponse(response);
}

/** Sends a GET without an event to the URL before its first placeholder. Resolves with any status. */
export async function probe(context: WebhookContext): Promise<HttpResponse> {
  const { credentials, settings, http } = context;
  return await authorized(context, (authorization) =>
    http.exchange({
      method: 'GET',
      url: fixedPart(settings.url),
      headers: { ...settings.headers, ...credentials.headers, ...authorization },
      readsOnly: true,
    }),
  );
}
