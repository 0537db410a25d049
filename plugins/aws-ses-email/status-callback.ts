import type { CallbackContext, StatusCallback, StatusUpdate } from '@patchbay/plugin-sdk';
import type { AwsSesEmailCredentials, AwsSesEmailSettings } from './aws-ses-email.dto.js';
import { updateIn } from './ses-event.js';
import { certificateUrlOf, confirmationUrlOf, isSignedBy, snsMessageIn } from './sns-message.js';

/** SNS tries again for an hour at most. */
const MAX_AGE_MS = 2 * 3_600_000;
/** Clocks differ. */
const MAX_AHEAD_MS = 600_000;
const MOST_CERTIFICATES = 100;

/** Public, and never changed: SNS's next certificate has another name. By the URL they were fetched from. */
const certificates = new Map<string, string>();

type Context = CallbackContext<AwsSesEmailCredentials, AwsSesEmailSettings>;

/** What SES publishes to an SNS topic, which posts it here. A new subscription of that topic is confirmed by itself. */
export const statusCallback: StatusCallback<AwsSesEmailCredentials, AwsSesEmailSettings> = {
  async authenticate({ headers, rawBody }, context) {
    const { topicArn } = context.settings;
    if (topicArn === undefined) throw new Error('The destination has no "topicArn" to check it with.');
    const message = snsMessageIn(rawBody);
    if (message === undefined || headers['x-amz-sns-message-type'] !== message.Type) {
      throw new Error('This is no message of SNS.');
    }
    if (message.TopicArn !== topicArn) throw new Error('The message is of another topic than the setting "topicArn".');
    const age = context.now() - Date.parse(message.Timestamp ?? '');
    if (!(age <= MAX_AGE_MS && age >= -MAX_AHEAD_MS)) throw new Error('The message is older than SNS tries again.');
    if (!isSignedBy(await certificateAt(certificateUrlOf(message), context), message)) {
      throw new Error('The signature does not fit this message under its certificate.');
    }
    if (message.Type === 'SubscriptionConfirmation') await confirm(confirmationUrlOf(message), context);
  },

  parse({ rawBody }): readonly StatusUpdate[] {
    const message = snsMessageIn(rawBody);
    const update = message?.Type === 'Notification' ? updateIn(message.Message ?? '') : undefined;
    return update === undefined ? [] : [update];
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

/** The same place at the setting "baseUrl", where there is one. */
function reached({ href, pathname, search }: URL, { settings: { baseUrl } }: Context): string {
  return baseUrl === undefined ? href : `${baseUrl.replace(/\/+$/, '')}${pathname}${search}`;
}
