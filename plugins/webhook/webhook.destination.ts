import { createHmac } from 'node:crypto';
import {
  basicAuth,
  defineDestination,
  DeliveryError,
  isDeliveryError,
  type DestinationContext,
  type Json,
  type VendorResponse,
} from '@patchbay/plugin-sdk';
import { batchProblems, sortBatch } from './batch.js';
import { encodePairs } from './form-body.js';
import { fetchToken } from './oauth2.js';
import { fixedPart, placeholderProblem, requestUrl } from './request-url.js';
import { WebhookCredentials, WebhookMessage, WebhookSettings } from './webhook.dto.js';

/** Maximum size of a request body in bytes. Standard Webhooks recommends small bodies. */
export const MAX_BODY_BYTES = 262_144;

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const RESERVED =
  /^(host|content-length|content-type|transfer-encoding|connection|te|trailer|upgrade|expect|webhook-.*|proxy-.*)$/;

type Context = DestinationContext<WebhookCredentials, WebhookSettings>;

/**
 * Destination type for any receiver of Standard Webhooks. Receivers drop a message whose webhook-id they already know,
 * so the hub retries an unconfirmed delivery.
 */
export const webhook = defineDestination({
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
   * by the rules of HTTP. Sends no event. Most receivers answer 404 or 405. Any status shows that a receiver exists,
   * except 401, 403, 410 and every 5xx other than 501. Only a real event can show that a signing secret is right.
   */
  async verify(context) {
    checkOwnHeaders(context);
    const { header } = await authorize(context);
    const { status } = await context.http.exchange({
      method: 'GET',
      url: fixedPart(context.settings.url),
      headers: { ...context.settings.headers, ...context.credentials.headers, ...header },
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
    const { credentials, settings, delivery } = context;
    if (settings.headers ?? credentials.headers) checkOwnHeaders(context);
    const reserved = message.headers ? reservedHeader(message.headers, credentials) : undefined;
    if (reserved !== undefined) {
      throw new DeliveryError(
        'mapping',
        `The mapping must not set the header "${reserved}". Remove it from "headers".`,
      );
    }
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

/** Request to the receiver. */
interface WebhookRequest {
  /** Value of the header `webhook-id`. */
  readonly id: string;
  readonly url: string;
  /** Encoded body; empty if the request has no body. */
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Sends a signed request. If the receiver refuses a token, sends the request once more with a new token. */
async function send(context: Context, { id, url, body, headers }: WebhookRequest): Promise<VendorResponse> {
  const { credentials, settings, http, now } = context;
  const { method, format } = settings;
  for (let isSecondCall = false; ; isSecondCall = true) {
    const authorization = await authorize(context);
    try {
      const response = await http.send({
        method,
        url,
        // The brand's headers never contain the names of the hub's own headers in any letter case, because
        // reservedHeader refuses them.
        headers: {
          'content-type': format === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
          ...standardWebhookHeaders(id, now(), body, credentials.signingSecrets ?? []),
          ...settings.headers,
          ...headers,
          ...credentials.headers,
          ...authorization.header,
        },
        ...(body !== '' && { body }),
      });
      return { status: response.status, body: response.text.slice(0, 4_096) };
    } catch (error) {
      // After a receiver refuses a token, the request is repeated only once, with a new token.
      if (isSecondCall) throw error;
      dropRefusedToken(error, authorization);
    }
  }
}

/** The `authorization` header of a destination, and a function that drops a refused token. */
interface Authorization {
  readonly header: Readonly<Record<string, string>>;
  readonly drop?: () => void;
}

/**
 * Returns the `authorization` header for the credentials. Returns no header if the credentials only sign requests.
 * Throws a DeliveryError if OAuth returns no token.
 */
async function authorize({
  credentials,
  http,
  token,
}: Pick<Context, 'credentials' | 'http' | 'token'>): Promise<Authorization> {
  const { basic, bearer, oauth2 } = credentials;
  if (basic) return { header: { authorization: basicAuth(basic.username, basic.password) } };
  if (bearer !== undefined) return { header: { authorization: `Bearer ${bearer}` } };
  if (!oauth2) return { header: {} };
  const { value, drop } = await token('oauth2', () => fetchToken(http, oauth2));
  return { header: { authorization: `Bearer ${value}` }, drop };
}

/**
 * Returns the headers of Standard Webhooks (spec/standard-webhooks.md, "Webhook headers" and "Signature scheme"). The
 * webhook-id is identical in all attempts of a delivery; the timestamp is the time of the current attempt. There is one
 * signature per secret, so that receivers can rotate secrets.
 */
export function standardWebhookHeaders(
  id: string,
  atMs: number,
  body: string,
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = String(Math.floor(atMs / 1_000));
  const signatures: string[] = [];
  for (const secret of secrets) {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
    signatures.push(`v1,${signature}`);
  }
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    ...(signatures.length > 0 && { 'webhook-signature': signatures.join(' ') }),
  };
}

/**
 * Encodes the body in the form that is signed and sent. Throws a `mapping` error if the body does not fit the format or
 * is too long.
 */
export function encodeBody(format: 'json' | 'form', body: Json): string {
  const text = format === 'json' ? JSON.stringify(body) : encodePairs(body, 'The format "form"');
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BODY_BYTES) {
    throw new DeliveryError(
      'mapping',
      `The body has ${String(bytes)} bytes, more than the limit of ${String(MAX_BODY_BYTES)}. Map fewer fields.`,
    );
  }
  return text;
}

/**
 * Drops a token that the receiver refused, so that the next call fetches a new token. Throws an error if a new token
 * would not help.
 */
function dropRefusedToken(error: unknown, { drop }: Authorization): void {
  const status = isDeliveryError(error) ? error.response?.status : undefined;
  if (status === 410) {
    const words = 'The receiver answered 410: it is permanently gone. Correct the URL, then resume the destination.';
    throw new DeliveryError('rejected', words, { response: { status }, disableDestination: true, cause: error });
  }
  if (status !== 401 || !drop) throw error;
  drop();
}

function checkOwnHeaders({ credentials, settings }: Context): void {
  const reserved = reservedHeader({ ...settings.headers, ...credentials.headers }, credentials);
  if (reserved === undefined) return;
  throw new DeliveryError('credentials', `The "headers" of the destination must not contain "${reserved}". Remove it.`);
}

/** Returns the first header name that a brand must not set; undefined if there is no such name. */
function reservedHeader(
  headers: Readonly<Record<string, string>>,
  { basic, bearer, oauth2 }: WebhookCredentials,
): string | undefined {
  const hasLogin = basic !== undefined || bearer !== undefined || oauth2 !== undefined;
  for (const name of Object.keys(headers)) {
    const lower = name.toLowerCase();
    if (!TOKEN.test(name) || RESERVED.test(lower) || (hasLogin && lower === 'authorization')) return name;
  }
  return undefined;
}
