import type { DestinationContext } from '@patchbay/plugin-sdk';
import { Client } from '@sendgrid/client';
import { MailService } from '@sendgrid/mail';
import type { SendGridEmailCredentials, SendGridEmailSettings } from './sendgrid-email.dto.js';
import { sendGridError } from './sendgrid-errors.js';

const HOSTS = { global: 'https://api.sendgrid.com', eu: 'https://api.eu.sendgrid.com' } as const;

/**
 * Creates a mail service of SendGrid's SDK for one call, based on the hub's HTTP client. The SDK's shared service would
 * keep the key of one brand for the next brand.
 * @param sandbox true for SendGrid's sandbox mode, in which SendGrid sends nothing
 */
export function sendGridMail(
  { http, now }: Pick<DestinationContext<object, object>, 'http' | 'now'>,
  { apiKey }: SendGridEmailCredentials,
  { baseUrl, region }: SendGridEmailSettings,
  sandbox: boolean,
): MailService {
  const origin = (baseUrl ?? HOSTS[region]).replace(/\/$/, '');

  class HubClient extends Client {
    /**
     * Sends a request. Throws the classified error, because the SDK's error contains the vendor's texts and no error
     * kind.
     */
    override async request(request: Parameters<Client['request']>[0]) {
      const response = await http.exchange({
        method: 'POST',
        url: origin + request.url,
        // Not set through `setApiKey`, which prints a warning for the placeholder of a preview.
        headers: this.createHeaders({ Authorization: `Bearer ${apiKey}` }),
        body: JSON.stringify(request.body),
        readsOnly: sandbox,
      });
      if (response.status < 200 || response.status > 299) throw sendGridError(response, now());
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
