import { BASE_URL, EmailMessage, EmailSettings, Field, OneOf } from '@patchbay/plugin-sdk';

/** Access key of an IAM user that may send, temporary credentials of a role, or the hub's own credentials. */
@OneOf([['accessKeyId', 'secretAccessKey'], ['accessKeyId', 'secretAccessKey', 'sessionToken'], ['fromHub']])
export class AwsSesEmailCredentials {
  @Field({ label: 'Access key ID', optional: true, pattern: /^[A-Z0-9]{16,128}$/, example: 'AKIAIOSFODNN7EXAMPLE' })
  accessKeyId?: string;

  @Field({
    label: 'Secret access key',
    help: 'Its user needs only the permissions ses:SendEmail and ses:GetAccount.',
    optional: true,
    secret: true,
    pattern: /^[\x21-\x7e]{16,}$/,
  })
  secretAccessKey?: string;

  @Field({
    label: 'Session token',
    help: 'For temporary credentials of AWS STS. Renew the credentials before they expire.',
    optional: true,
    secret: true,
    pattern: /^[\x21-\x7e]{16,4096}$/,
  })
  sessionToken?: string;

  @Field({
    label: 'Credentials of the hub',
    help: "Instead of an access key: the hub's own AWS credentials. The operator allows them with PATCHBAY_AWS_BRANDS.",
    optional: true,
    type: 'boolean',
  })
  fromHub?: boolean;
}

/** Settings of the sender, its AWS region and its resources. */
export class AwsSesEmailSettings extends EmailSettings {
  @Field({
    label: 'Region',
    help: 'AWS region in which the sender ("from") is verified.',
    pattern: /^[a-z]{2}(-[a-z]+)+-\d$/,
    example: 'eu-west-1',
  })
  region: string;

  @Field({
    label: 'Configuration set',
    help: 'Needed for status callbacks: its event destination must be the SNS topic.',
    optional: true,
    pattern: /^[A-Za-z0-9_-]{1,64}$/,
  })
  configurationSet?: string;

  @Field({
    label: 'Topic ARN',
    help: 'The SNS topic that publishes the status of messages. Without it, all status callbacks are refused.',
    optional: true,
    pattern: /^arn:aws(-[a-z]+)*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
    example: 'arn:aws:sns:eu-west-1:123456789012:ses-events',
  })
  topicArn?: string;

  @Field({ ...BASE_URL, help: 'Replaces email.<region>.amazonaws.com and sns.<region>.amazonaws.com.' })
  baseUrl?: string;
}

/** One e-mail: content from the mapping, or a template of the account with its data. */
@OneOf([['subject', 'text'], ['subject', 'html'], ['subject', 'text', 'html'], ['templateId'], ['templateId', 'data']])
@OneOf([['contactList'], ['contactList', 'topic'], []])
export class AwsSesEmailMessage extends EmailMessage {
  @Field({
    label: 'Template',
    help: 'Name of a template in the region. The template contains the subject.',
    optional: true,
    pattern: /^[A-Za-z0-9_-]{1,64}$/,
  })
  templateId?: string;

  @Field({
    label: 'Tags',
    help: 'For the events and the statistics of SES: letters, digits, _ and -. SES keeps them, so use no personal data.',
    optional: true,
    type: 'record',
    maxItems: 20,
    minLength: 1,
    maxLength: 256,
    pattern: /^[A-Za-z0-9_-]+$/,
  })
  tags?: Record<string, string>;

  @Field({
    label: 'Contact list',
    help: 'A contact list of SES. SES adds its unsubscribe link and sends nothing to contacts who left it.',
    optional: true,
    pattern: /^[A-Za-z0-9_-]{1,64}$/,
  })
  contactList?: string;

  @Field({ label: 'Topic', help: 'A topic of the contact list.', optional: true, pattern: /^[A-Za-z0-9_-]{1,64}$/ })
  topic?: string;
}
