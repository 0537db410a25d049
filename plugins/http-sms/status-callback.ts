import {
  deliveryInCallbackUrl,
  requireProvenCallbackUrl,
  statusUpdates,
  withoutContacts,
  type CallbackRequest,
  type VendorStatus,
  type StatusCallback,
} from '@patchbay/plugin-sdk';
import { textAt, textView, type View } from './answer.js';
import { proofSecret } from './gateway-request.js';
import type { CallbackStatuses, HttpSmsCredentials, HttpSmsSettings } from './http-sms.dto.js';

const STATUSES = ['accepted', 'sent', 'delivered', 'undelivered', 'failed'] as const;

/**
 * Handler of the gateway's status callbacks. The gateway calls the URL that each message contains, and this URL
 * contains a proof and the delivery id.
 */
export const statusCallback: StatusCallback<HttpSmsCredentials, HttpSmsSettings> = {
  authenticate(request, { credentials, settings }) {
    requireProvenCallbackUrl(request.url, proofSecret(credentials));
    if (textAt(viewOf(request), settings.callback?.path) === undefined) {
      throw new Error(
        'The call was refused, because it contains no value at a path in the setting "callback". Correct the path.',
      );
    }
  },

  parse(request, { settings: { callback } }) {
    const view = viewOf(request);
    const words = textAt(view, callback?.path) ?? '';
    const reason = textAt(view, callback?.detailPath);
    return statusUpdates({
      deliveryId: deliveryInCallbackUrl(request.url),
      externalId: textAt(view, callback?.idPath),
      status: callback && statusOf(callback.statuses, words),
      detail: withoutContacts(reason === undefined ? words : `${words}: ${reason}`),
    });
  },
};

function statusOf(statuses: CallbackStatuses, words: string): VendorStatus | undefined {
  return STATUSES.find((status) => statuses[status]?.includes(words));
}

function viewOf({ url, rawBody }: CallbackRequest): View {
  const query = Object.fromEntries(new URL(url).searchParams);
  return { query, ...textView(new TextDecoder('utf-8').decode(rawBody), true) };
}
