import { createPublicKey, verify } from 'node:crypto';
import { entryOf, jsonObjectIn } from '@patchbay/plugin-sdk';

/** Pattern of the hosts for certificates and confirmations, from "Verifying the signatures of Amazon SNS messages". */
const SNS_HOST = /^sns\.[a-zA-Z0-9-]{3,}\.amazonaws\.com(\.cn)?$/;
const CERTIFICATE_PATH = /^\/SimpleNotificationService-[0-9a-zA-Z]{1,100}\.pem$/;

/** Signed fields of each message type, in the order of signing. */
const SIGNED: Readonly<Record<string, readonly string[]>> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
};
const DIGESTS: Readonly<Record<string, string>> = { 1: 'sha1', 2: 'sha256' };

/** Message of SNS, as text values by name. */
export type SnsMessage = Readonly<Partial<Record<string, string>>>;

/** Returns the text values of a message; undefined if the body is not a JSON object. */
export function snsMessageIn(rawBody: Uint8Array): SnsMessage | undefined {
  const body = jsonObjectIn(rawBody);
  if (body === undefined) return undefined;
  const texts = Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(texts);
}

/** Returns the URL of the message's certificate. Throws if the URL does not belong to SNS. */
export function certificateUrlOf({ SigningCertURL: text = '' }: SnsMessage): URL {
  const url = snsUrl(text);
  if (!CERTIFICATE_PATH.test(url.pathname) || url.search !== '') {
    throw new Error(
      'The call was refused, because its "SigningCertURL" is not the URL of an SNS certificate. Only SNS may call ' +
        'this URL.',
    );
  }
  return url;
}

/** Returns the URL that confirms the offered subscription. Throws if the URL does not belong to SNS. */
export function confirmationUrlOf({ SubscribeURL: text = '' }: SnsMessage): URL {
  const url = snsUrl(text);
  if (url.pathname !== '/' || url.searchParams.get('Action') !== 'ConfirmSubscription') {
    throw new Error(
      'The call was refused, because its "SubscribeURL" does not confirm an SNS subscription. Only SNS may call ' +
        'this URL.',
    );
  }
  return url;
}

function snsUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url?.protocol === 'https:' && url.port === '' && url.username === '' && url.password === '';
  if (!url || !plain || !SNS_HOST.test(url.hostname))
    throw new Error(
      'The call was refused, because a URL in its message does not belong to SNS. Only SNS may call this URL.',
    );
  return url;
}

/**
 * Returns true if SNS signed this message. The RSA signature covers a list of text fields that depends on the
 * type of the message. Returns false if one of these fields is missing.
 * @param certificate certificate in PEM format, from {@link certificateUrlOf}
 */
export function isSignedBy(certificate: string, message: SnsMessage): boolean {
  const { Type: type = '', SignatureVersion: version = '', Signature: signature = '' } = message;
  const [names, digest] = [entryOf(SIGNED, type), entryOf(DIGESTS, version)];
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
