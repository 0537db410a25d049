import { defineDestination, type DestinationContext } from '@patchbay/plugin-sdk';
import { checkSettings } from './check-settings.js';
import { evaluateAnswer, evaluateVerification } from './errors.js';
import { loginHeaders, requestFor, secretNamed } from './gateway-request.js';
import { HttpSmsCredentials, HttpSmsMessage, HttpSmsSettings, type GatewayVerify } from './http-sms.dto.js';
import { statusCallback } from './status-callback.js';
import { fill, fillPairs, namesIn, textsIn, type Values } from './template.js';

type Context = DestinationContext<HttpSmsCredentials, HttpSmsSettings>;

/** SMS gateway with an HTTP interface, described by settings only. */
export default defineDestination({
  type: 'http-sms',
  label: 'SMS gateway (HTTP)',
  description: 'Sends SMS through your own gateway. Settings describe its request, responses and errors.',
  category: 'sms',
  messaging: 'sms',
  limits: { concurrency: 10, timeoutMs: 15_000 },
  contract: 2,
  contextHttpOnly: true,
  idempotent: (settings) => settings.idempotent,
  credentials: HttpSmsCredentials,
  settings: HttpSmsSettings,
  message: HttpSmsMessage,
  checkSettings,

  /**
   * Sends the request of the setting `verify`. If this setting is absent, only checks that the gateway's address
   * responds.
   */
  async verify(context) {
    const { http, credentials, settings, now } = context;
    const headers = loginHeaders(credentials);
    for (const name of secretsIn(settings)) secretNamed(credentials, name);
    if (settings.verify) {
      const request = { ...verification(context, settings.verify), headers, readsOnly: true };
      evaluateVerification(await http.exchange(request), settings, now());
    } else {
      await http.exchange({ method: 'GET', url: new URL('/', settings.request.url).href, readsOnly: true });
    }
  },

  async deliver(context, message) {
    return evaluateAnswer(await context.http.exchange(requestFor(context, message)), context.settings, context.now());
  },

  statusCallback,
});

function verification({ credentials }: Context, { method, url, query = {} }: GatewayVerify) {
  const values: Values = (name) => secretNamed(credentials, name.replace('secrets.', ''));
  return { method, url: fill(url, values, encodeURIComponent) ?? url, query: fillPairs(query, values) };
}

/** Returns the names of the secrets in the request for sending. */
function secretsIn({ request }: HttpSmsSettings): readonly string[] {
  const { url, headers = {}, query = {}, form = {}, json = null, xml = '' } = request;
  return textsIn([url, headers, query, form, json, xml], 'request')
    .flatMap(([, text]) => namesIn(text))
    .filter((name) => name.startsWith('secrets.'))
    .map((name) => name.replace('secrets.', ''));
}
