import {
  entryOf,
  jsonObjectIn,
  vendorError,
  type DeliveryError,
  type HttpResponse,
  type VendorMeaning,
} from '@patchbay/plugin-sdk';
import type { AwsSesEmailSettings } from './aws-ses-email.dto.js';

const KEY: VendorMeaning = {
  kind: 'credentials',
  text: 'AWS refuses this access key or its secret; correct both, then verify',
};
const NOT_ALLOWED: VendorMeaning = {
  kind: 'credentials',
  text: 'the user of this access key lacks a permission; allow ses:SendEmail and ses:GetAccount, then verify',
};
const CLOCK: VendorMeaning = {
  kind: 'credentials',
  text: "AWS refuses the signature: the secret is wrong, or the hub's clock is wrong; correct it, then verify",
};
const THROTTLED: VendorMeaning = { kind: 'throttled', text: 'AWS limits the rate of calls; the hub waits and retries' };

/** Length of an error's text that is searched, because a search may take time quadratic in the length. */
const MAX_WORDS_LENGTH = 2_000;

/**
 * Meanings of the errors whose HTTP status alone is not enough, from "SendEmail", "GetAccount" and the "Common Error
 * Types" of AWS.
 */
const ERRORS: Readonly<Record<string, VendorMeaning>> = {
  MessageRejected: {
    kind: 'rejected',
    text: 'it refuses the content of the message; change the content in the mapping',
  },
  BadRequestException: { kind: 'rejected', text: 'it refuses the message; check the recipient and the mapping' },
  MailFromDomainNotVerifiedException: {
    kind: 'credentials',
    text: 'the MAIL FROM domain of "from" is not verified; fix its DNS records, then verify',
  },
  AccountSuspendedException: {
    kind: 'credentials',
    text: 'AWS has suspended sending for this account; ask AWS Support',
  },
  SendingPausedException: {
    kind: 'credentials',
    text: 'sending is paused for the account or the configuration set; resume it in the SES console, then verify',
  },
  TooManyRequestsException: THROTTLED,
  LimitExceededException: THROTTLED,
  ThrottlingException: THROTTLED,
  Throttling: THROTTLED,
  RequestLimitExceeded: THROTTLED,
  UnrecognizedClientException: KEY,
  InvalidClientTokenId: KEY,
  ExpiredTokenException: KEY,
  MissingAuthenticationTokenException: KEY,
  AccessDeniedException: NOT_ALLOWED,
  OptInRequired: NOT_ALLOWED,
  InvalidSignatureException: CLOCK,
  SignatureDoesNotMatch: CLOCK,
  IncompleteSignature: CLOCK,
  RequestExpired: CLOCK,
};

/**
 * Error texts from "Errors related to the sending quotas". The texts distinguish a rate per second from a daily quota.
 */
const QUOTAS: readonly (readonly [words: RegExp, meaning: VendorMeaning])[] = [
  [
    /maximum sending rate/i,
    {
      kind: 'throttled',
      text: 'the sending rate of the account is exceeded; the hub waits and retries',
      retryAfterMs: 1_000,
    },
  ],
  [
    /daily .*quota/i,
    {
      kind: 'throttled',
      text: "the account's 24-hour quota is exceeded; the hub waits, or ask AWS for a higher quota",
      retryAfterMs: 600_000,
    },
  ],
];

/**
 * Converts an error response to a DeliveryError. AWS's own texts remain only in the recorded response, which the hub
 * redacts.
 */
export function sesError(response: HttpResponse, { from }: Pick<AwsSesEmailSettings, 'from'>): DeliveryError {
  const { name, words } = errorIn(response);
  return vendorError('SES', response, name, meaningOf(name, words, from));
}

function meaningOf(name: string | undefined, words: string, from: string): VendorMeaning | undefined {
  if (name === undefined) return undefined;
  if (name === 'NotFoundException') return missing(words);
  if (name === 'MessageRejected' && /not verified/i.test(words)) return unverified(words, from);
  const known = entryOf(ERRORS, name);
  return known === THROTTLED ? (QUOTAS.find(([quota]) => quota.test(words))?.[1] ?? known) : known;
}

/**
 * Returns the meaning of an error about a missing resource. A missing configuration set is an error in the settings; a
 * missing template is an error in a mapping.
 */
function missing(words: string): VendorMeaning {
  return /configuration set/i.test(words)
    ? {
        kind: 'credentials',
        text: 'the setting "configurationSet" does not exist in this region; correct it, then verify',
      }
    : { kind: 'rejected', text: 'the template in the mapping does not exist in this region; correct it' };
}

/**
 * Returns the meaning of an error about an unverified address. The error's text lists the addresses ("Amazon SES email
 * sending errors"): the sender, or the recipient if the account may send to verified addresses only.
 */
function unverified(words: string, from: string): VendorMeaning {
  // Other addresses can contain the sender's: xhello@acme.example contains hello@acme.example.
  const addresses: readonly string[] = words.toLowerCase().match(/[^\s<>",;:]+@[^\s<>",;:]+/g) ?? [];
  return addresses.includes(from.toLowerCase())
    ? { kind: 'credentials', text: 'the setting "from" is not verified in this region; verify it in the SES console' }
    : {
        kind: 'rejected',
        text: 'the account is in the SES sandbox and the recipient is not verified; ask AWS for production access',
      };
}

/** Returns the error's name from a header or from the body, without the URL or namespace around the name. */
function errorIn({ headers, text }: HttpResponse): { readonly name: string | undefined; readonly words: string } {
  const { __type: type, code, message, Message } = jsonObjectIn(text) ?? {};
  const named = [headers['x-amzn-errortype'], type, code].find((one) => typeof one === 'string' && one !== '');
  const name = /^(?:[\w.]+#)?([A-Za-z]{1,100})(?::|$)/.exec(typeof named === 'string' ? named : '')?.[1];
  const words = [message, Message].find((one) => typeof one === 'string');
  return { name, words: typeof words === 'string' ? words.slice(0, MAX_WORDS_LENGTH) : '' };
}
