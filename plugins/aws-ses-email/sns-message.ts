import { createPublicKey, verify } from 'node:crypto';
import { jsonObjectIn } from '@patchbay/plugin-sdk';

/** "Verifying the signatures of Amazon SNS messages": the hosts that certificates and confirmations come from. */
const SNS_HOST = /^sns\.[a-zA-Z0-9-]{3,}\.amazonaws\.com(\.cn)?$/;
const CERTIFICATE_PATH = /^\/SimpleNotificationService-[0-9a-zA-Z]{1,100}\.pem$/;

/** What a signature covers, by the message's type, in this order. */
const SIGNED: Readonly<Record<string, readonly string[]>> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
};
const DIGESTS: Readonly<Record<string, string>> = { 1: 'sha1', 2: 'sha256' };

/** What SNS posts: texts by name. */
export type SnsMessage = Readonly<Partial<Record<string, string>>>;

/** The texts of a message; undefined where the body is no JSON object. */
export function snsMessageIn(rawBody: Uint8Array): SnsMessage | undefined {
  const body = jsonObjectIn(rawBody);
  if (body === undefined) return undefined;
  const texts = Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(texts);
}

/** Where the message says that its certificate is. Throws where that is none of SNS's own. */
export function certificateUrlOf({ SigningCertURL: text = '' }: SnsMessage): URL {
  const url = snsUrl(text);
  if (!CERTIFICATE_PATH.test(url.pathname) || url.search !== '') {
    throw new Error('The "SigningCertURL" names no certificate of SNS.');
  }
  return url;
}

/** Where the subscription that the message offers is confirmed. Throws where that is none of SNS's own. */
export function confirmationUrlOf({ SubscribeURL: text = '' }: SnsMessage): URL {
  const url = snsUrl(text);
  if (url.pathname !== '/' || url.searchParams.get('Action') !== 'ConfirmSubscription') {
    throw new Error('The "SubscribeURL" confirms no subscription.');
  }
  return url;
}

function snsUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url?.protocol === 'https:' && url.port === '' && url.username === '' && url.password === '';
  if (!url || !plain || !SNS_HOST.test(url.hostname)) throw new Error('A URL in the message is none of SNS.');
  return url;
}

/**
 * Whether SNS made this message: RSA over the texts that its type has. False also where a part of it is missing.
 * @param certificate in PEM, from {@link certificateUrlOf}
 */
export function isSignedBy(certificate: string, message: SnsMessage): boolean {
  const { Type: type = '', SignatureVersion: version = '', Signature: signature = '' } = message;
  const names = Object.hasOwn(SIGNED, type) ? SIGNED[type] : undefined;
  const digest = Object.hasOwn(DIGESTS, version) ? DIGESTS[version] : undefined;
  if (names === undefined || digest === undefined) return false;
  const text = names.flatMap((name) => (message[name] === undefined ? [] : [`${name}\n${message[name]}\n`])).join('');
  try {
    const key = createPublicKey(certificate);
    if (key.asymmetricKeyType !== 'rsa') return false;
    return verify(digest, Buffer.from(text), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
