import { defined, defineDestination, DeliveryError, sendAtMs, smsText } from '@patchbay/plugin-sdk';
import { statusCallback } from './status-callback.js';
import { twilioClient } from './twilio-client.js';
import { TwilioSmsCredentials, TwilioSmsMessage, TwilioSmsSettings } from './twilio-sms.dto.js';

/**
 * SMS through Twilio's Messages resource. Twilio does not detect repeated requests, so an unconfirmed delivery is held.
 */
export default defineDestination({
  type: 'twilio-sms',
  label: 'Twilio SMS',
  description: 'Sends SMS from a Twilio number, sender name or messaging service, and tracks them to the handset.',
  category: 'sms',
  messaging: 'sms',
  docsUrl: 'https://www.twilio.com/docs/messaging/api/message-resource',
  limits: { ratePerSecond: 100, concurrency: 20, timeoutMs: 15_000 },
  contract: 2,
  contextHttpOnly: true,
  credentials: TwilioSmsCredentials,
  settings: TwilioSmsSettings,
  message: TwilioSmsMessage,

  /** Reads the account and sends nothing. */
  async verify({ http, credentials, settings }) {
    const client = await twilioClient(http, credentials, settings);
    const { status } = await client.api.v2010.accounts(credentials.accountSid).fetch();
    if (status !== 'active') {
      throw new DeliveryError(
        'credentials',
        `The Twilio account is ${status}. Activate it in the Twilio console, then verify the destination.`,
      );
    }
  },

  async deliver({ http, credentials, settings, delivery }, message) {
    const client = await twilioClient(http, credentials, settings, message.vendor);
    const { to, body, contentSid, contentVariables, mediaUrls, sendAt, validityPeriod, shortenUrls } = message;
    const { from, messagingServiceSid } = settings;
    // Without a messaging service, Twilio ignores the time and sends the message at once ("Message Scheduling").
    if (sendAt !== undefined && messagingServiceSid === undefined) {
      throw new DeliveryError(
        'mapping',
        'The message has "sendAt", which requires the setting "messagingServiceSid". Set it, or remove "sendAt".',
      );
    }
    const sent = await client.messages.create({
      to,
      ...defined({
        ...{ from, messagingServiceSid, contentSid, validityPeriod, shortenUrls },
        body: body === undefined ? undefined : smsText(body, settings),
        contentVariables: contentVariables && JSON.stringify(contentVariables),
        mediaUrl: mediaUrls,
        // The callback URL contains the delivery id, so that a status update finds the delivery even if Twilio's response
        // with the SID was lost.
        statusCallback: delivery.statusCallbackUrl,
      }),
      ...(sendAt !== undefined && { scheduleType: 'fixed' as const, sendAt: new Date(sendAtMs(sendAt)) }),
    });
    return sent.sid ? { externalId: sent.sid, response: { status: 201, body: sent.status } } : {};
  },

  statusCallback,
});
