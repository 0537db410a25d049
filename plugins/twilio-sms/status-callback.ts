import {
  deliveryInCallbackUrl,
  entryOf,
  recipientUpdates,
  statusUpdates,
  withoutContacts,
  type CallbackRequest,
  type RecipientUpdate,
  type VendorStatus,
  type StatusCallback,
} from '@patchbay/plugin-sdk';
import { suppressionOf } from './errors.js';
import { twilioSdk } from './twilio-client.js';
import type { TwilioSmsCredentials, TwilioSmsSettings } from './twilio-sms.dto.js';

/**
 * Vendor status for each of Twilio's message statuses ("Track outbound message status"). Other statuses are ignored.
 */
const STATUSES: Readonly<Record<string, VendorStatus>> = {
  accepted: 'accepted',
  scheduled: 'accepted',
  queued: 'accepted',
  sending: 'accepted',
  sent: 'sent',
  delivered: 'delivered',
  read: 'opened',
  undelivered: 'undelivered',
  failed: 'failed',
  canceled: 'failed',
};

export const statusCallback: StatusCallback<TwilioSmsCredentials, TwilioSmsSettings> = {
  /**
   * Checks the signature, from "Webhooks security". The signature covers the exact public URL and the form; for any
   * other body, the URL contains a hash of the body.
   */
  async authenticate(request, { credentials }) {
    const { validateRequest, validateRequestWithBody } = await twilioSdk();
    const signature = request.headers['x-twilio-signature'] ?? '';
    const valid = request.url.includes('bodySHA256=')
      ? validateRequestWithBody(credentials.authToken, signature, request.url, textOf(request))
      : validateRequest(credentials.authToken, signature, request.url, grouped(formOf(request)));
    if (!valid)
      throw new Error(
        'The call was refused, because its X-Twilio-Signature is invalid. Check the auth token and the public URL ' +
          'of the hub.',
      );
  },

  parse(request) {
    const form = formOf(request);
    if (form.get('SmsStatus') === 'received') return answerOf(form);
    const code = form.get('ErrorCode') ?? '';
    const suppress = suppressionOf(code);
    return [
      ...statusUpdates({
        deliveryId: deliveryInCallbackUrl(request.url),
        externalId: form.get('MessageSid') ?? undefined,
        status: entryOf(STATUSES, form.get('MessageStatus')),
        // Twilio's text often repeats the number.
        detail: withoutContacts(`${code} ${form.get('ErrorMessage') ?? ''}`.trim()),
        suppress,
      }),
      ...recipientUpdates('phone', form.get('To'), { change: suppress, detail: code }),
    ];
  },
};

/**
 * Texts by which a customer refuses or accepts messages, from "Twilio support for opt-out keywords". Twilio recognises a
 * keyword only if it is the whole text, in any capitalization.
 */
const KEYWORDS: Readonly<Record<string, RecipientUpdate['change']>> = {
  STOP: 'opt_out',
  STOPALL: 'opt_out',
  UNSUBSCRIBE: 'opt_out',
  CANCEL: 'opt_out',
  END: 'opt_out',
  QUIT: 'opt_out',
  REVOKE: 'opt_out',
  OPTOUT: 'opt_out',
  START: 'opt_in',
  YES: 'opt_in',
  UNSTOP: 'opt_in',
};

/**
 * Returns the change in a message from a customer. Twilio sends such messages to the URL "A message comes in" of the
 * number or the messaging service. With Advanced Opt-Out, `OptOutType` names the kind of the keyword, in any language.
 */
function answerOf(form: URLSearchParams): readonly RecipientUpdate[] {
  const keyword = (form.get('OptOutType') ?? form.get('Body') ?? '').trim().toUpperCase();
  return recipientUpdates('phone', form.get('From'), { change: entryOf(KEYWORDS, keyword), detail: keyword });
}

/** Decodes the body strictly: invalid UTF-8 throws, because the decoded text would differ from the signed bytes. */
function textOf(request: CallbackRequest): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(request.rawBody);
}

function formOf(request: CallbackRequest): URLSearchParams {
  return new URLSearchParams(textOf(request));
}

/** Returns the form's values by name, with a list for a repeated name, as the SDK's check requires. */
function grouped(form: URLSearchParams): Record<string, string | string[]> {
  return Object.fromEntries(
    [...new Set(form.keys())].map((name) => {
      const values = form.getAll(name);
      return [name, values.length > 1 ? values : (values[0] ?? '')];
    }),
  );
}
