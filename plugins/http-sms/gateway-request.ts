import {
  DeliveryError,
  provenCallbackUrl,
  smsText,
  type DeliveryContext,
  type HttpRequest,
} from '@patchbay/plugin-sdk';
import type { GatewayRequest, HttpSmsCredentials, HttpSmsMessage, HttpSmsSettings } from './http-sms.dto.js';
import { fill, fillJson, fillPairs, forXml, type Values } from './template.js';

type Delivery = Pick<DeliveryContext<HttpSmsCredentials, HttpSmsSettings>, 'credentials' | 'settings' | 'delivery'>;

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,200}$/;
const RESERVED = /^(host|connection|keep-alive|content-length|transfer-encoding|te|trailer|upgrade|expect|proxy-.*)$/i;

/** Returns the reason why a header with this name cannot be sent; undefined if the header can be sent. */
export function headerProblem(name: string): string | undefined {
  if (!NAME.test(name)) return 'is not a valid header name; use letters, digits and hyphens';
  return RESERVED.test(name) ? 'is set by the hub; remove it' : undefined;
}

/** Builds the request that sends one message. Throws a DeliveryError if a value is missing or invalid. */
export function requestFor(context: Delivery, message: HttpSmsMessage): HttpRequest {
  const { credentials, settings, delivery } = context;
  const { method, url, headers = {}, query = {} } = settings.request;
  const values = valuesFor(context, message);
  return {
    method,
    url: fill(url, values, encodeURIComponent) ?? url,
    query: fillPairs(query, values),
    ...bodyOf(settings.request, values),
    headers: {
      'idempotency-key': delivery.idempotencyKey,
      ...(settings.request.xml !== undefined && { 'content-type': 'application/xml; charset=utf-8' }),
      ...lowerCase(fillPairs(headers, values)),
      ...loginHeaders(credentials),
    },
  };
}

/** Returns the headers of the credentials. Throws a DeliveryError if a header cannot be sent. */
export function loginHeaders({ headers = {} }: HttpSmsCredentials): Record<string, string> {
  for (const name of Object.keys(headers)) {
    const problem = headerProblem(name);
    if (problem !== undefined) {
      throw new DeliveryError(
        'credentials',
        `A header in the credentials cannot be sent: its name ${problem}. Change the name.`,
      );
    }
  }
  return lowerCase(headers);
}

/** Returns a secret that a template uses. Throws a DeliveryError if the credentials have no secret of that name. */
export function secretNamed({ secrets = {} }: HttpSmsCredentials, name: string): string {
  const value = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
  if (value !== undefined) return value;
  throw new DeliveryError('credentials', `The request needs {{ secrets.${name} }}. Add "${name}" to "secrets".`);
}

/** Returns the key that signs callback URLs: a text that only this destination has. */
export function proofSecret({ headers = {}, secrets = {} }: HttpSmsCredentials): string {
  const sorted = [headers, secrets].map((pairs) => Object.entries(pairs).sort(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify(sorted);
}

function valuesFor({ credentials, settings, delivery }: Delivery, { to, body, extra = {} }: HttpSmsMessage): Values {
  return (name) => {
    switch (name) {
      case 'to':
        return to;
      case 'toDigits':
        return to.slice(1);
      case 'toNational':
        return nationalNumber(to, settings.request.callingCode ?? '');
      case 'body':
        return smsText(body, settings);
      case 'deliveryId':
        return delivery.id;
      case 'callbackUrl':
        return delivery.statusCallbackUrl === undefined
          ? undefined
          : provenCallbackUrl(delivery.statusCallbackUrl, proofSecret(credentials), delivery.id);
    }
    const [group, key = ''] = name.split('.');
    if (group === 'secrets') return secretNamed(credentials, key);
    return Object.hasOwn(extra, key) ? extra[key] : undefined;
  };
}

function nationalNumber(to: string, callingCode: string): string {
  if (to.startsWith(`+${callingCode}`)) return to.slice(1 + callingCode.length);
  throw new DeliveryError(
    'rejected',
    `The message was not sent, because "to" does not begin with +${callingCode}, the only calling code of this ` +
      'gateway. Check the number.',
  );
}

function bodyOf({ json, form, xml }: GatewayRequest, values: Values): Pick<HttpRequest, 'json' | 'form' | 'body'> {
  if (json !== undefined) return { json: fillJson(json, values) ?? null };
  if (form !== undefined) return { form: fillPairs(form, values) };
  // A missing value is replaced by an empty text, because `fill` would otherwise omit the whole document.
  if (xml !== undefined) return { body: fill(xml, (name) => values(name) ?? '', forXml) ?? '' };
  return {};
}

function lowerCase(pairs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(pairs).map(([name, value]) => [name.toLowerCase(), value]));
}
