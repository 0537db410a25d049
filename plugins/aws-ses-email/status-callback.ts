import {
  joinUrl,
  type CallbackContext,
  type RecipientUpdate,
  type StatusCallback,
  type StatusUpdate,
} from '@patchbay/plugin-sdk';
import type { AwsSesEmailCredentials, AwsSesEmailSettings } from './aws-ses-email.dto.js';
import { recipientsIn, updatesIn } from './ses-event.js';
import { certificateUrlOf, confirmationUrlOf, isSignedBy, snsMessageIn } from './sns-message.js';

/** Maximum age of a message from SNS, in milliseconds. SNS retries for at most one hour. */
const MAX_AGE_MS = 2 * 3_600_000;
/** Allowed difference between the clocks of SNS and the hub, in milliseconds. */
const MAX_AHEAD_MS = 600_000;
const MOST_CERTIFICATES = 100;

/**
 * Certificates of SNS by URL. The certificates are public and never change, because the next certificate of SNS gets
 * another URL.
 */
const certificates = new Map<string, string>();

type Context = CallbackContext<AwsSesEmailCredentials, AwsSesEmailSettings>;

/**
 * Status callbacks of SES through an SNS topic, which posts to the hub. A new subscription to that topic is confirmed
 * automatically.
 */
export const statusCallback: StatusCallback<AwsSesEmailCredentials, AwsSesEmailSettings> = {
  async authenticate({ headers, rawBody }, context) {
    const { topicArn } = context.settings;
    if (topicArn === undefined)
      throw new Error('The destination has no "topicArn", so the call cannot be checked. Set "topicArn".');
    const message = snsMessageIn(rawBody);
    if (message === undefined || headers['x-amz-sns-message-type'] !== message.Type) {
      throw new Error(
        'The call was refused, because its body is not an SNS message. Subscribe the callback URL to the SNS topic ' +
          'without raw message delivery.',
      );
    }
    if (message.TopicArn !== topicArn)
      throw new Error(
        'The call was refused, because its message comes from another topic than the setting "topicArn". Correct the ' +
          'setting, or subscribe the callback URL to that topic.',
      );
    const age = context.now() - Date.parse(message.Timestamp ?? '');
    if (!(age <= MAX_AGE_MS && age >= -MAX_AHEAD_MS))
      throw new Error(
        'The call was refused, because its message is too old to be a retry of SNS, or its time is in the future. ' +
          'Check the clock of the hub.',
      );
    if (!isSignedBy(await certificateAt(certificateUrlOf(message), context), message)) {
      throw new Error(
        'The call was refused, because the signature of its message is invalid. Only SNS may call this URL.',
      );
    }
    if (message.Type === 'SubscriptionConfirmation') await confirm(confirmationUrlOf(message), context);
  },

  parse({ rawBody }): readonly (StatusUpdate | RecipientUpdate)[] {
    const message = snsMessageIn(rawBody);
    if (message?.Type !== 'Notification') return [];
    const text = message.Message ?? '';
    return [...updatesIn(text), ...recipientsIn(text)];
  },
};

async function certificateAt(url: URL, context: Context): Promise<string> {
  const address = reached(url, context);
  const known = certificates.get(address);
  if (known !== undefined) return known;
  const { text } = await context.http.send({ method: 'GET', url: address, readsOnly: true });
  if (certificates.size >= MOST_CERTIFICATES) certificates.clear();
  certificates.set(address, text);
  return text;
}

async function confirm(url: URL, context: Context): Promise<void> {
  await context.http.send({ method: 'GET', url: reached(url, context), readsOnly: true });
}

/** Returns the URL with its origin replaced by the setting "baseUrl", if this setting has a value. */
function reached({ href, pathname, search }: URL, { settings: { baseUrl } }: Context): string {
  return baseUrl === undefined ? href : joinUrl(baseUrl, pathname + search);
}
