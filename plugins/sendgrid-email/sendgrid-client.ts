import {
  isSuccess,
  joinUrl,
  jsonObjectIn,
  withVendorFields,
  type DestinationContext,
  type JsonObject,
} from '@patchbay/plugin-sdk';
import { Client } from '@sendgrid/client';
import { MailService } from '@sendgrid/mail';
import type { SendGridEmailCredentials, SendGridEmailMessage, SendGridEmailSettings } from './sendgrid-email.dto.js';
import { DELIVERY_ARGUMENT } from './status-callback.js';
import { sendGridError } from './errors.js';

const HOSTS = { global: 'https://api.sendgrid.com', eu: 'https://api.eu.sendgrid.com' } as const;

/** Fields of "Mail Send" that only the plugin sets, because they are recipients or identify the delivery. */
const RESERVED = [
  ...['to', 'cc', 'bcc', `custom_args.${DELIVERY_ARGUMENT}`].map((name) => `personalizations.${name}`),
  ...['mail_settings.bcc', `custom_args.${DELIVERY_ARGUMENT}`],
];

/**
 * Creates a mail service of SendGrid's SDK for one call, based on the hub's HTTP client. The SDK's shared service would
 * keep the key of one brand for the next brand.
 * @param sandbox true for SendGrid's sandbox mode, in which SendGrid sends nothing
 */
export function sendGridMail(
  { http, now }: Pick<DestinationContext<object, object>, 'http' | 'now'>,
  { apiKey }: SendGridEmailCredentials,
  { baseUrl, region }: SendGridEmailSettings,
  { vendor, ...message }: SendGridEmailMessage,
  sandbox: boolean,
): MailService {
  const origin = baseUrl ?? HOSTS[region];

  class HubClient extends Client {
    /**
     * Sends a request. Throws the classified error, because the SDK's error contains the vendor's texts and no error
     * kind.
     */
    override async request(request: Parameters<Client['request']>[0]) {
      const response = await http.exchange({
        method: 'POST',
        url: joinUrl(origin, request.url),
        // Not set through `setApiKey`, which prints a warning for the placeholder of a preview.
        headers: this.createHeaders({ Authorization: `Bearer ${apiKey}` }),
        body: vendor === undefined ? JSON.stringify(request.body) : bodyWith(vendor, request.body),
        readsOnly: sandbox,
      });
      if (!isSuccess(response)) throw sendGridError(response, now(), mappedIn(message, vendor));
      const answer = { statusCode: response.status, headers: response.headers, body: {}, toString: String };
      const result: [typeof answer, object] = [answer, {}];
      return result;
    }
  }

  const client = new HubClient();
  const service = new MailService();
  service.setClient(client);
  return service;
}

/** Returns the fields of "Mail Send" that the mapping has set in place of the settings. */
function mappedIn(
  { from, replyTo, categories, unsubscribeGroupId }: Omit<SendGridEmailMessage, 'vendor'>,
  vendor: JsonObject = {},
): readonly string[] {
  const fields = { from, reply_to: replyTo, categories, asm: unsubscribeGroupId, ...vendor };
  return Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}

function bodyWith(vendor: JsonObject, body: unknown): string {
  return JSON.stringify(withVendorFields(jsonObjectIn(JSON.stringify(body)) ?? {}, vendor, RESERVED));
}
