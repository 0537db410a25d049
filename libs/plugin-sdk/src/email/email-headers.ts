import { DeliveryError } from '../delivery-error.js';
import type { EmailMessage } from './email-message.js';
import type { EmailSettings } from './email-settings.js';

const NAME = /^[!-9;-~]{1,126}$/;
/** Headers that vendors create from other fields, or that could add a recipient. */
const RESERVED =
  /^(to|cc|bcc|from|sender|reply-to|return-path|subject|date|message-id|received|mime-version|content-.*|dkim-.*|resent-.*|list-unsubscribe(-post)?|x-sg-.*|x-ses-.*|x-apiheader)$/i;

/**
 * Returns the headers of an e-mail, including the headers of the one-click unsubscribe (RFC 8058). Undefined if there are none.
 * @throws a `mapping` DeliveryError if a name is invalid, or if another field sets the header
 */
export function emailHeaders({
  headers = {},
  unsubscribeUrl,
}: Pick<EmailMessage, 'headers' | 'unsubscribeUrl'>): Record<string, string> | undefined {
  for (const name of Object.keys(headers)) {
    if (NAME.test(name) && !RESERVED.test(name)) continue;
    throw new DeliveryError(
      'mapping',
      `The mapping must not set the header "${name.slice(0, 60)}" in "headers". Remove it, or use the field for it.`,
    );
  }
  const all = {
    ...headers,
    ...(unsubscribeUrl !== undefined && {
      'List-Unsubscribe': `<${unsubscribeUrl}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    }),
  };
  return Object.keys(all).length === 0 ? undefined : all;
}

/** Returns the copies of an e-mail. Each address occurs once, because vendors refuse an e-mail that repeats an address. */
export function emailCopies({ to, cc = [], bcc = [] }: Pick<EmailMessage, 'to' | 'cc' | 'bcc'>): {
  readonly cc: string[];
  readonly bcc: string[];
} {
  const known = new Set([to.toLowerCase()]);
  const fresh = (address: string): boolean => {
    const isFresh = !known.has(address.toLowerCase());
    known.add(address.toLowerCase());
    return isFresh;
  };
  return { cc: cc.filter(fresh), bcc: bcc.filter(fresh) };
}

/** Returns the sender of an e-mail: the values of the message, and otherwise the values of the settings. */
export function emailSender(
  { from, fromName, replyTo }: Pick<EmailMessage, 'from' | 'fromName' | 'replyTo'>,
  settings: EmailSettings,
) {
  return {
    from: from ?? settings.from,
    fromName: fromName ?? settings.fromName,
    replyTo: replyTo ?? settings.replyTo,
  };
}
