import {
  jsonObjectIn,
  vendorError,
  type DeliveryError,
  type HttpResponse,
  type VendorMeaning,
} from '@patchbay/plugin-sdk';
import type { AwsSesEmailSettings } from './aws-ses-email.dto.js';

const KEY: VendorMeaning = {
  kind: 'credentials',
  text: 'AWS does not know this access key, or its secret is another one; correct both, then verify',
};
const NOT_ALLOWED: VendorMeaning = {
  kind: 'credentials',
  text: 'the user of this access key may not do this; allow it ses:SendEmail and ses:GetAccount, then verify',
};
const CLOCK: VendorMeaning = {
  kind: 'credentials',
  text: "AWS refuses the signature: the secret is another one, or the hub's clock is wrong; correct it, then verify",
};
const THROTTLED: VendorMeaning = { kind: 'throttled', text: 'AWS asks to call less often' };

/** The errors of "SendEmail" and "GetAccount", and the "Common Error Types" of AWS. The status alone does not say it. */
const ERRORS: Readonly<Record<string, VendorMeaning>> = {
  MessageRejected: { kind: 'rejected', text: 'it refuses the content of the message' },
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

/** "Errors related to the sending quotas": the words tell a rate of seconds from a quota of a day. */
const QUOTAS: readonly (readonly [words: RegExp, meaning: VendorMeaning])[] = [
  [
    /maximum sending rate/i,
    { kind: 'throttled', text: 'the sending rate of the account is used up', retryAfterMs: 1_000 },
  ],
  [/daily .*quota/i, { kind: 'throttled', text: "the account's quota of 24 hours is used up", retryAfterMs: 600_000 }],
];

/** Names an answer that is no success. AWS's own words stay in the recorded answer, which the hub redacts. */
export function sesError(response: HttpResponse, { from }: Pick<AwsSesEmailSettings, 'from'>): DeliveryError {
  const { name, words } = errorIn(response);
  return vendorError('SES', response, name, meaningOf(name, words, from));
}

function meaningOf(name: string | undefined, words: string, from: string): VendorMeaning | undefined {
  if (name === undefined) return undefined;
  if (name === 'NotFoundException') return missing(words);
  if (name === 'MessageRejected' && /not verified/i.test(words)) return unverified(words, from);
  const known = Object.hasOwn(ERRORS, name) ? ERRORS[name] : undefined;
  return known === THROTTLED ? (QUOTAS.find(([quota]) => quota.test(words))?.[1] ?? known) : known;
}

/** A configuration set is in the settings, a template in a mapping. */
function missing(words: string): VendorMeaning {
  return /configuration set/i.test(words)
    ? { kind: 'credentials', text: 'the setting "configurationSet" is none of this region; correct it, then verify' }
    : { kind: 'rejected', text: 'the template that the mapping names is none of this region' };
}

/** The words name who is not verified: the sender, or in an account that may not send to everybody, the recipient. */
function unverified(words: string, from: string): VendorMeaning {
  return words.toLowerCase().includes(from.toLowerCase())
    ? { kind: 'credentials', text: 'the setting "from" is not verified in this region; verify it in the SES console' }
    : {
        kind: 'rejected',
        text: 'the account is still in the SES sandbox, and the recipient is not verified; ask AWS for production access',
      };
}

/** The error's name: in a header, with a URL after it, or in the body, with a namespace before it. */
function errorIn({ headers, text }: HttpResponse): { readonly name: string | undefined; readonly words: string } {
  const { __type: type, code, message, Message } = jsonObjectIn(text) ?? {};
  const named = [headers['x-amzn-errortype'], type, code].find((one) => typeof one === 'string' && one !== '');
  const name = /^(?:[\w.]+#)?([A-Za-z]{1,100})(?::|$)/.exec(typeof named === 'string' ? named : '')?.[1];
  const words = [message, Message].find((one) => typeof one === 'string');
  return { name, words: typeof words === 'string' ? words : '' };
}
