import {
  deliveryInCallbackUrl,
  entryOf,
  withoutContacts,
  type CallbackRequest,
  type RecipientUpdate,
  type VendorStatus,
  type VendorSuppressionReason,
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
    const status = entryOf(STATUSES, form.get('MessageStatus'));
    const externalId = form.get('MessageSid');
    if (status === undefined || externalId === null) return [];
    const suppress = suppressionOf(form.get('ErrorCode') ?? '');
    const update = {
      externalId,
      status,
      deliveryId: deliveryInCallbackUrl(request.url),
      detail: detailOf(form),
      suppress,
    };
    return [update, ...refusalOf(form, suppress)];
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
function answerOf(form: URLSearchParams): RecipientUpdate[] {
  const from = form.get('From') ?? '';
  const keyword = (form.get('OptOutType') ?? form.get('Body') ?? '').trim().toUpperCase();
  const change = entryOf(KEYWORDS, keyword);
  if (change === undefined || from === '') return [];
  return [{ address: { kind: 'phone', value: from }, change, detail: keyword }];
}

/** Returns the change of the number to which Twilio did not send a message, because its customer opted out. */
function refusalOf(form: URLSearchParams, change: VendorSuppressionReason | undefined): RecipientUpdate[] {
  const to = form.get('To') ?? '';
  const detail = form.get('ErrorCode') ?? undefined;
  return change === undefined || to === '' ? [] : [{ address: { kind: 'phone', value: to }, change, detail }];
}

/** Returns the code and text of an error, without the numbers that Twilio often repeats. */
function detailOf(form: URLSearchParams): string | undefined {
  return withoutContacts(`${form.get('ErrorCode') ?? ''} ${form.get('ErrorMessage') ?? ''}`.trim()) || undefined;
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
